"""The API for whoever writes a program: how to begin, and every address with what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, current_app, render_template

from web.access import signed_in
from web.api.door import scope_of
from web.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask_openapi.openapi import OpenAPI

api_guide = Blueprint("api_guide", __name__, url_prefix="/huong-dan-api")


@api_guide.get("/")
@signed_in
def overview() -> str:
    """How a program begins, and every address by its resource."""
    return render_template("api_guide/overview.html", groups=list(_groups()))


def _groups() -> Iterator[tuple[str, list[tuple[str, str, str, str]]]]:
    """Method, address, what for, and the scope that the token needs; as the document describes them."""
    app = cast("OpenAPI", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
    document: dict[str, Any] = app.api_doc
    rows: dict[str, list[tuple[str, str, str, str]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            (tag,), name = operation["tags"], operation["operationId"]
            scope = scope_of(app, f"api_{name.replace('_', '.', 1)}")
            rows[tag].append((method.upper(), path, say(f"api.do.{name}"), say(f"token.scope.{scope}")))
    for tag in document["tags"]:
        yield say(f"api.about.{tag['name']}"), rows[tag["name"]]
