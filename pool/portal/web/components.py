"""`ui` in every template: ui.state_tag(…) is the macro state_tag of templates/components/state-tag.html."""

from typing import Any

from jinja2 import Environment, TemplateNotFound


class Components:
    """Finds a component by name, so that pages need no list of imports."""

    def __init__(self, environment: Environment):
        self._environment = environment

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return getattr(self._environment.get_template(f"components/{name.replace('_', '-')}.html").module, name)
        except TemplateNotFound:
            raise AttributeError(f"There is no component {name} in templates/components") from None
