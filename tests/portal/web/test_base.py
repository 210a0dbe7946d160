"""What every page stands on: strict templates, escaped text, safe headers, calm errors."""

import re

import pytest
from jinja2 import UndefinedError

from pool import lifecycle
from pool.doors import problems
from pool.permissions import ROLES
from pool.portal.web import navigation, present, render, static_files
from pool.portal.web.error_pages import PAGE_TOO_OLD, WORDS
from tests.portal import gallery


def test_a_misspelt_name_in_our_template_is_an_error(gallery_app):
    """A typo that prints nothing would hide a fee or a time from a clinician."""
    with gallery_app.test_request_context("/"), pytest.raises(UndefinedError, match="'title' is undefined"):
        render.render("errors/page.html", titel="misspelt")


@pytest.mark.parametrize(
    "source",
    [
        "{% if gone %}{% endif %}",
        "{% for one in gone %}{% endfor %}",
        "{{ gone }}",
        "{{ gone == 1 }}",
        "{{ gone | length }}",
    ],
)
def test_a_missing_name_raises_wherever_our_template_uses_it(gallery_app, tmp_path, monkeypatch, source):
    """Printing, testing, looping, comparing and counting all reveal the typo."""
    monkeypatch.setattr("pool.portal.web.strict_templates.TEMPLATES", tmp_path)
    code = gallery_app.jinja_env.compile(source, name="ours.html", filename=str(tmp_path / "ours.html"))
    ours = gallery_app.jinja_env.template_class.from_code(gallery_app.jinja_env, code, {})
    with pytest.raises(UndefinedError, match="gone"):
        ours.render()


def test_what_is_optional_can_be_asked_for(gallery_app, tmp_path, monkeypatch):
    """`is defined` and default() are the two honest ways to leave something out."""
    monkeypatch.setattr("pool.portal.web.strict_templates.TEMPLATES", tmp_path)
    source = "{{ 'there' if gone is defined else 'absent' }} {{ gone | default('nothing') }}"
    code = gallery_app.jinja_env.compile(source, name="ours.html", filename=str(tmp_path / "ours.html"))
    ours = gallery_app.jinja_env.template_class.from_code(gallery_app.jinja_env, code, {})
    assert ours.render() == "absent nothing"


def test_hostile_text_is_escaped_in_every_component(visitor):
    """The NHS macros end in .jinja, which Flask would not escape by itself."""
    page = visitor.get("/escape").text
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 25
    assert "<script>alert(1)" not in page


def test_an_unknown_component_is_an_error(gallery_app):
    """A misspelt component does not vanish from the page."""
    with pytest.raises(AttributeError, match="no component state_tagg"):
        gallery_app.jinja_env.globals["ui"].state_tagg  # noqa: B018


def test_htmx_gets_the_piece_and_a_browser_the_page(visitor):
    """The same address serves both, from the same partial."""
    whole = visitor.get("/progress")
    piece = visitor.get("/progress", headers={"HX-Request": "true"})
    assert "<html" in whole.text
    assert piece.text.strip().startswith("<section")
    assert "<html" not in piece.text
    assert piece.vary.as_set(preserve_casing=True) >= {"HX-Request"}


def test_pages_carry_safe_headers(visitor):
    """No frame, no outside script, no inline style, nothing kept on a shared computer."""
    answer = visitor.get("/")
    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy).group(1)
    assert "style-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert f'nonce="{nonce}"' in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers
    assert nonce not in visitor.get("/").headers["Content-Security-Policy"]


def test_a_document_can_be_shown_by_the_browsers_own_viewer(visitor):
    """The page's policy would stop some viewers; nobody may frame it, and nobody keeps it."""
    answer = visitor.get("/invoice.pdf")
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert answer.headers["Cache-Control"] == "no-store"


def test_https_is_demanded_once_the_address_is_https(tmp_path):
    """A stolen sign-in link must not travel in the clear."""
    app = gallery.build(gallery.settings(tmp_path, base_url="https://pool.example"))
    assert app.test_client().get("/").headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_no_inline_style_or_handler_reaches_the_browser(visitor):
    """The content security policy would silently drop them."""
    page = visitor.get("/").text
    assert not re.search(r"\sstyle=|\son\w+=|<style", page)
    assert page.count("<script") == page.count("nonce=")


def test_static_files_are_kept_for_a_year_under_an_address_that_names_their_content(visitor):
    """A new release is fetched at once, an old one never again."""
    address = static_files.asset("app.css")
    assert re.fullmatch(r"/static/app\.css\?v=[0-9a-f]{8}", address)
    with visitor.get(address) as answer:
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert visitor.get("/static/vendor.py").status_code == 404


def test_the_nhs_style_sheet_asks_for_nothing_outside():
    """The typeface is licensed to others and the policy forbids the request."""
    css = next(static_files.STATIC.glob("nhsuk-frontend-*/nhsuk-frontend.min.css"))
    addresses = set(re.findall(r"url\(([^)]+)\)", css.read_text()))
    assert addresses
    assert all((css.parent / address).is_file() for address in addresses)
    assert "Frutiger" not in css.read_text()
    assert "sourceMappingURL" not in css.read_text()


CODES = {"taken": "already_booked", "forbidden": "not_allowed", "gone": "not_found", "invalid": "invalid"}


@pytest.mark.parametrize(
    ("kind", "status", "sentence"),
    [
        ("taken", 409, "Just taken by someone else at 12:04"),
        ("forbidden", 403, "Only a pool manager can release offers"),
        ("gone", 404, "We cannot find that"),
        ("invalid", 422, "The session must be at least an hour long"),
    ],
)
def test_a_refusal_is_a_page_with_its_own_sentence(visitor, kind, status, sentence):
    """People read why, and what to do, in the frame they know."""
    answer = visitor.get(f"/wrong/{kind}")
    assert answer.status_code == status
    assert sentence in answer.text
    assert WORDS[CODES[kind]].to_do in answer.text
    assert "Staffing Pool" in answer.text


def test_a_bug_shows_a_reference_and_no_details(visitor):
    """Enough to find it in the log, nothing to learn about the inside."""
    answer = visitor.get("/wrong/bug")
    assert answer.status_code == 500
    assert re.search(r'class="app-reference">[0-9a-f-]{8,}<', answer.text)
    assert "ZeroDivisionError" not in answer.text


def test_a_bug_in_the_base_page_still_gets_an_answer(visitor, monkeypatch):
    """When even the navigation is broken the reference reaches the person."""
    monkeypatch.setattr(navigation, "NAVIGATION", {"clinician": None})
    answer = visitor.get("/")
    assert answer.status_code == 500
    assert "quote reference" in answer.text
    assert "nhsuk" not in answer.text


def test_unknown_addresses_and_methods_have_pages(visitor):
    """Also 405 tells which methods would do."""
    assert visitor.get("/nowhere").status_code == 404
    answer = visitor.put("/", headers={"X-CSRFToken": "any"})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_form_without_its_mark_is_refused_calmly(visitor):
    """A page left open over night: nothing changed, and the page says how to go on."""
    answer = visitor.post("/", data={"role": "gp"})
    assert answer.status_code == 400
    assert "open for too long" in answer.text
    assert "Nothing was changed" in answer.text


def test_htmx_gets_a_refusal_as_a_notice_at_the_top(visitor):
    """The person stays on the page they were on."""
    answer = visitor.get("/wrong/taken", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#notices"
    assert "<html" not in answer.text
    assert "Just taken" in answer.text


def test_every_problem_has_a_page():
    """The door kit says what happened; the page needs a title and what to do."""
    found = [*problems.PROBLEMS.values(), *problems.HTTP.values(), problems.NOT_COUNTING, problems.AWAY, PAGE_TOO_OLD]
    assert {problem.code for problem in found} == set(WORDS)


def test_every_state_has_words_and_a_colour():
    """A new state without a tag would break a page in production."""
    assert {life.noun: set(life.states) for life in lifecycle.LIVES} == {
        noun: set(tags) for noun, tags in present.TAGS.items()
    }
    assert not set(lifecycle.SESSION.states) & set(lifecycle.BOOKING.states)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_its_navigation_with_the_place_marked(visitor, role):
    """Everyone sees their own pages and where they are."""
    entries = navigation.NAVIGATION[role]
    page = visitor.get(f"/to/{entries[-1].endpoint}?as={role}").text
    assert all(f">{entry.text}<" in page.replace("\n", "") for entry in entries)
    assert len(re.findall(r"nhsuk-header__navigation-item--current", page)) == 1
    assert ("app-thumbs" in page) == (role == "clinician")


def test_a_visitor_sees_no_navigation_and_no_sign_out(visitor):
    """Nothing leads to pages they cannot open."""
    page = visitor.get("/?as=nobody").text
    assert "Sign out" not in page
    assert "nhsuk-header__navigation-item" not in page


def test_the_demonstration_says_so(visitor):
    """Nobody takes made-up clinicians for real ones."""
    assert "All clinicians and sessions are made up" in visitor.get("/").text
