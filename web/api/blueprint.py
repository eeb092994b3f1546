"""One kind of blueprint for every resource: its address, its token, the problems it may answer with."""

from __future__ import annotations

from typing import Any

from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag

from web.api.problems import MEDIA

PREFIX = "/api/v1"
_PROBLEMS = (400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429, 503)


def _problem() -> dict[str, Any]:
    return {"content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def resource(name: str, about: str) -> APIBlueprint:
    """A blueprint for one resource; ``about`` in the OpenAPI document."""
    return APIBlueprint(
        f"api_{name}",
        f"web.api.{name}",
        url_prefix=PREFIX,
        abp_tags=[Tag(name=name, description=about)],
        abp_security=[{"token": []}],
        abp_responses={str(status): _problem() for status in _PROBLEMS},
        operation_id_callback=_operation_id,
    )


def _operation_id(*, bp_name: str = "", name: str = "", path: str = "", method: str = "") -> str:
    del path, method
    return f"{bp_name.removeprefix('api_')}_{name}"
