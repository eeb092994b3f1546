"""The Flask application: text in, text out; thin. A view parses, calls one use case or query, answers.

``create_app`` joins the house of ``workflow.bootstrap`` with the face and the views. Access is said above every view
(``web.access``); a view that says nothing is closed to everybody. Errors become answers in one table (``web.errors``).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException

from web import access, errors, refusals
from web.api import door, make_app, problems, register_api
from web.face import create_face
from web.frame import frame_of_request
from web.views import register_views
from workflow.domain.errors import HosoError

if TYPE_CHECKING:
    from flask import Flask

    from workflow.bootstrap import House


def create_app(house: House, config: Mapping[str, object] | None = None) -> Flask:
    """The web application over an open house.

    ``config``: ``HTTPS``, ``SECRET_KEY``, ``TRUSTED_HOSTS``, ``PAGES_PER_MINUTE`` (see ``web.security``), ``DEMO``
    (sign-in without password by role; practice files only). Raises ``InsecureSettingsError``.
    """
    app = make_app("web")
    app.config.update(config or {})
    if not app.config.get("SECRET_KEY"):
        given = house.settings.secret
        app.config["SECRET_KEY"] = given.get_secret_value() if given else secrets.token_hex(32)
    if app.config.get("DEMO") and not house.database.practice:
        raise ValueError("DEMO needs a practice file")
    app.extensions["hoso"] = house
    create_face(app, frame_of_request)
    access.install(app, bearer=door.bearer, check=door.check)
    errors.install(app, to_programs={HosoError: problems.of_engine, HTTPException: problems.of_http})
    refusals.install(app)
    register_views(app)
    register_api(app)
    return app
