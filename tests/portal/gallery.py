"""A small application that stands on the same base as the product, with a page of every component: no database."""

import os
from datetime import date, time
from pathlib import Path

from flask import Blueprint, Flask, Response, flash, g, redirect, request
from flask_wtf import CSRFProtect
from marshmallow import Schema, fields, validate

from pool.actor import Actor
from pool.config import Config
from pool.errors import AlreadyBooked, Invalid, NotAllowed, NotFound
from pool.money import Money
from pool.portal.people import about
from pool.portal.web import charts, error_pages, forms, navigation, paging, render, security_headers, static_files

ROLES = [("gp", "GP"), ("anp", "Advanced nurse practitioner", "Can prescribe")]
SKILLS = [("minor-surgery", "Minor surgery"), ("coils", "Coil fitting"), ("joints", "Joint injections")]
SYSTEMS = [("EMIS Web", "EMIS Web"), ("SystmOne", "SystmOne")]
FILL = [("Bridge Surgery", 82, "82%"), ("Park Lane Medical Centre", 64, "64%"), ("Harbour Practice", 91, "91%")]

gallery = Blueprint("gallery", __name__, template_folder="templates")


class PostSession(Schema):
    """One of each kind of field."""

    on = fields.Date(required=True, metadata={"label": "date"})
    starts = fields.Time(required=True, metadata={"label": "start time"})
    patients = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 40))
    role = fields.String(required=True, validate=validate.OneOf(["gp", "anp"]))
    skills = fields.List(fields.String(), load_default=list)
    remote = fields.Boolean()
    contact = fields.Email(load_default="")
    notes = fields.String(load_default="", validate=validate.Length(max=200))
    fee = fields.String(load_default="")
    system = fields.String(
        required=True, validate=validate.OneOf(["EMIS Web", "SystmOne"]), metadata={"label": "clinical system"}
    )


def settings(var: Path, *, base_url: str = "http://127.0.0.1:8000") -> Config:
    """Settings that need no servers."""
    return Config(
        "unused", "unused", "unused", "not a secret", "unused", "unused", base_url=base_url, var=var, demo=True
    )


def build(config: Config) -> Flask:
    """The application, set up the way the product is, with every address of the service navigation leading here."""
    app = Flask("gallery", static_folder=None, template_folder=None)
    app.secret_key = config.secret_key
    CSRFProtect(app)
    render.install(app, config)
    static_files.install(app)
    security_headers.install(app, config)
    error_pages.install(app)
    app.register_blueprint(gallery)
    app.register_blueprint(about.bp)
    app.before_request(sign_in)
    endpoints = {entry.endpoint for entries in navigation.NAVIGATION.values() for entry in entries}
    for endpoint in {*endpoints, navigation.ACCOUNT}:
        app.add_url_rule(f"/to/{endpoint}", endpoint, components)
    app.add_url_rule("/sign-out", navigation.SIGN_OUT, components, methods=["POST"])
    return app


def served() -> Flask:
    """The application that gunicorn serves to a real browser."""
    return build(settings(Path(os.environ["POOL_VAR"])))


def sign_in() -> None:
    """Whoever ?as= names is signed in; a clinician otherwise, nobody for ?as=nobody."""
    role = request.args.get("as", "clinician")
    if role != "nobody":
        g.actor = Actor(role, (), name="Asha Demo")


@gallery.get("/health/ready")
def ready():
    """It stands on no server that could be away."""
    return {"ready": True}


@gallery.get("/")
def components():
    """Every component on one page."""
    if "done" in request.args:
        flash("Session posted.", "success")
    return render.render("gallery.html", form=asked(), page=paging.page_asked(131), **shown())


@gallery.post("/")
def send():
    """The form of the page, checked."""
    form = forms.load(PostSession, request.form)
    if form.errors:
        return render.render("gallery.html", status=422, form=form, page=paging.page_asked(131), **shown())
    return redirect("/?done", 303)


@gallery.get("/progress")
def progress():
    """The progress panel, one step further each time it is asked for."""
    steps["done"] = min(3, steps["done"] + 1)
    return render.render("gallery.html", partial="_progress.html", form=asked(), page=paging.page_asked(1), **shown())


@gallery.route("/wrong/<kind>", methods=["GET", "POST"])
def wrong(kind):
    """Whatever can go wrong."""
    if kind == "fields":
        return render.render(
            "gallery.html", status=422, form=forms.refused(asked(), SHORT_DAY), page=paging.page_asked(1), **shown()
        )
    raise {**REFUSALS, "bug": ZeroDivisionError("division by zero")}[kind]


@gallery.get("/invoice.pdf")
def document():
    """A document that the browser's own viewer shows."""
    return Response(b"%PDF-1.7", mimetype="application/pdf")


@gallery.get("/escape")
def escape():
    """Hostile text in every kind of place."""
    return render.render(
        "escape.html", text="<script>alert(1)</script>", form=forms.blank(name='"><script>alert(1)</script>')
    )


SHORT_DAY = Invalid("The session is too short.", {"starts": ["The session must be at least an hour long"]})
REFUSALS = {
    "taken": AlreadyBooked("Just taken by someone else at 12:04. Look at the other sessions nearby."),
    "forbidden": NotAllowed("Only a pool manager can release offers."),
    "gone": NotFound(),
    "invalid": SHORT_DAY,
}
steps = {"done": 0}


def asked() -> forms.Form:
    """The form as remembered."""
    return forms.blank(
        on=date(2026, 5, 14), starts=time(8, 30), skills=["coils"], role="gp", fee=Money(35750), remote=True
    )


def shown() -> dict[str, object]:
    """What the page shows besides the form."""
    bars = charts.bars("Fill rate by practice", FILL, heading="Practice", measure="Fill rate", most=100)
    return {
        "roles": ROLES,
        "skills": SKILLS,
        "systems": SYSTEMS,
        "bars": bars,
        "fee": Money(123450),
        "done": steps["done"],
    }
