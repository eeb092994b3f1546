"""Swagger's page over the OpenAPI document of this site, to look and to try.

Its files come from this site alone. It draws with pictures inside its style sheet (``data:``); nothing else is open to
it that is not to every page.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from flask import Blueprint, Response, abort, render_template, send_file, url_for

from web.access import signed_in
from web.face import YEAR, digest_of
from web.security import POLICY

if TYPE_CHECKING:
    from collections.abc import Callable

View = TypeVar("View", bound="Callable[..., object]")

swagger = Blueprint("swagger", __name__, url_prefix="/huong-dan-api/swagger")

FILES = {
    "swagger-ui.css": ("css/swagger-ui.css", "text/css"),
    "swagger-ui.js": ("js/swagger-ui-bundle.js", "text/javascript"),
}


def _with_pictures(view: View) -> View:
    """Stands first above the page: pictures may also stand in its style sheet."""
    policy = {**POLICY, "img-src": "'self' data:"}
    vars(view)["talisman_view_options"] = {"content_security_policy": policy}
    return view


@swagger.get("/")
@_with_pictures
@signed_in
def page() -> str:
    """Every address; tries go out with the token that is entered there, never with the browser's session."""
    files = {name: url_for("swagger.file", name=name, v=digest_of(_path(name))) for name in FILES}
    return render_template("swagger/page.html", files=files, document=url_for("api_description.document"))


@swagger.get("/<name>")
@signed_in
def file(name: str) -> Response:
    """One of Swagger's files."""
    if name not in FILES:
        abort(404)
    answer = send_file(_path(name), mimetype=FILES[name][1], conditional=True)
    answer.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    return answer


def _path(name: str) -> Path:
    """The file inside its package, found without importing it."""
    spec = find_spec("flask_openapi_swagger")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("flask-openapi-swagger is not installed")
    return Path(spec.submodule_search_locations[0]) / "templates" / "swagger" / FILES[name][0]
