"""Templates: where they are found, what they may use, and `render`, which every page ends with."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask, make_response, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import ChoiceLoader, FileSystemBytecodeCache, FileSystemLoader, PackageLoader
from jinja2.bccache import Bucket

from pool import formats
from pool.config import Config
from pool.permissions import ROLES
from pool.portal.web.components import Components
from pool.portal.web.money_links import money_links
from pool.portal.web.navigation import account_links, footer_links, navigation
from pool.portal.web.nhs_shapes import choice_items, link_items, summary_rows, table_head, table_rows
from pool.portal.web.paging import name_of, paged
from pool.portal.web.present import state_tag
from pool.portal.web.strict_templates import TEMPLATES, StrictInOurTemplates

FILTERS: dict[str, Callable[..., Any]] = {
    "money": formats.money,
    "day": formats.day,
    "full_day": formats.full_day,
    "long_day": formats.long_day,
    "clock_time": formats.clock_time,
    "moment": formats.moment,
    "relative": formats.relative,
    "minutes": formats.minutes,
    "plural": formats.plural,
    "dialled": formats.dialled,
    "link_items": link_items,
    "choice_items": choice_items,
    "table_head": table_head,
    "table_rows": table_rows,
    "summary_rows": summary_rows,
}


def install(app: Flask, config: Config) -> None:
    """Set up templates on the environment itself: other extensions may have made it already."""
    app.jinja_loader = ChoiceLoader([FileSystemLoader(TEMPLATES), PackageLoader("nhsuk_frontend_jinja")])
    environment = app.jinja_env
    environment.undefined = StrictInOurTemplates
    environment.autoescape = escapes
    environment.bytecode_cache = CompiledTemplates(str(cache_folder(config.var)))
    environment.filters.update(FILTERS)
    environment.globals.update(
        ui=Components(environment),
        product_name=config.product_name,
        demo=config.demo,
        navigation=navigation,
        account_links=account_links,
        footer_links=footer_links,
        state_tag_of=state_tag,
        session_time=formats.session_time,
        hours=formats.hours,
        percent=formats.percent,
        money_links=money_links,
        paged=paged,
        page_name=name_of,
        role_names=ROLES,
    )


def escapes(name: str | None) -> bool:
    """Everything is escaped, the NHS macros' .jinja files too; only plain-text messages are not."""
    return name is None or not name.endswith(".txt")


class CompiledTemplates(FileSystemBytecodeCache):
    """Compiled templates on the disk; a page does not fail because there is no room to keep one."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template if the disk takes it."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def cache_folder(var: Path) -> Path:
    """Where compiled templates are kept: without it the first page takes seconds."""
    folder = var / "jinja"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def render(template: str, partial: str = "", status: int = 200, **context: Any) -> ResponseReturnValue:
    """The page; or only its `partial` when htmx asks for a piece of it. Both work from the same context."""
    wanted = partial if partial and asks_for_piece() else template
    response = make_response(render_template(wanted, **context), status)
    if partial:
        response.vary.add("HX-Request")
    return response


def asks_for_piece() -> bool:
    """Did htmx ask (and not for a whole page)?"""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
