"""The API under ``/api/v1``: for programs what the pages are for people, through the same services and queries.

    door         who comes with which token, what a request must carry
    problems     problem+json, with every refusal
    asked        what requests hold, read by pydantic
    answered     what answers hold, for the OpenAPI document (``description``); of dossiers, of books
    reading      bodies into the services' own input, tickets of files
    told         answers from the engine's values
    blueprint    one kind of blueprint for every resource, each in a file of its name

Access is said above every view like everywhere (``web.access``), and below it the scope that a token must have. Cookies
of a browser open nothing here. HTML pages never stand on these blueprints: flask-openapi would take their arguments.
"""

from __future__ import annotations

from flask_openapi.models.info import Info
from flask_openapi.models.security_scheme import SecurityScheme
from flask_openapi.openapi import OpenAPI

from web.api import door, problems
from web.api.acts import acts
from web.api.answered import Problem
from web.api.awards import awards
from web.api.books import books
from web.api.description import description
from web.api.dossiers import dossiers
from web.api.kinds import kinds
from web.api.moves import moves
from web.api.notices import notices
from web.api.obligations import obligations
from web.api.organisations import organisations
from web.api.papers import papers
from web.api.rolls import rolls
from web.api.targets import targets

OPENAPI = "3.1.0"
BLUEPRINTS = (
    kinds,
    dossiers,
    papers,
    moves,
    acts,
    books,
    obligations,
    targets,
    awards,
    rolls,
    organisations,
    notices,
)


def make_app(import_name: str) -> OpenAPI:
    """An application that can take the API in; its document is served by ``description``, its own pages are not."""
    app = OpenAPI(
        import_name,
        info=Info(title="hoso", version="1"),
        security_schemes={"token": SecurityScheme(type="http", scheme="bearer")},
        validation_error_callback=problems.of_validation,
        validation_error_model=Problem,
        doc_ui=False,
        static_folder="static",
        template_folder="templates",
    )
    app.openapi_version = OPENAPI
    return app


def register_api(app: OpenAPI) -> None:
    """Every resource. Whoever has no token is refused there, so no token against forged forms is asked for."""
    for blueprint in BLUEPRINTS:
        door.limit(app, blueprint)
        app.register_api(blueprint)
        app.extensions["hoso_guards"].csrf.exempt(blueprint)
    app.register_blueprint(description)
