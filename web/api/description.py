"""The OpenAPI document, for programs and for the page that shows it; it holds no data of anybody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app

from web.access import public
from web.api.blueprint import PREFIX

if TYPE_CHECKING:
    from flask_openapi.openapi import OpenAPI

description = Blueprint("api_description", __name__, url_prefix=PREFIX)


@description.get("/openapi.json")
@public
def document() -> Response:
    """What can be asked and answered, as OpenAPI 3.1."""
    app = cast("OpenAPI", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
    return Response(json.dumps(app.api_doc, ensure_ascii=False), mimetype="application/json")
