"""Files as downloads only: the browser neither opens them nor guesses what they are."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from flask import send_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

_P = ParamSpec("_P")
_T = TypeVar("_T")

_HEADERS_OF_VIEW = "talisman_view_options"
"""Where the guard of the headers looks for what one view wants otherwise."""

POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def inert(view: Callable[_P, _T]) -> Callable[_P, _T]:
    """Stands first above a view that sends a file: should a browser show it after all, nothing in it runs."""
    vars(view)[_HEADERS_OF_VIEW] = {"content_security_policy": POLICY}
    return view


def send_inert(content: bytes, name: str) -> Response:
    """The bytes under the name their sender gave them, as an attachment of no known type."""
    answer = send_file(BytesIO(content), mimetype="application/octet-stream", as_attachment=True, download_name=name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
