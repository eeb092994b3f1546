"""Refusals for programs: ``application/problem+json`` (RFC 9457) with a stable code and everything that stands against.

Statuses are those of promises.md 3.9. What a request brought is never sent back; what is not there and what is not
yours read alike.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response, request

from web.api.door import Missing
from web.context import house
from web.errors import sentence, status_of
from web.refusals import source
from web.words import has, say
from workflow.domain.errors import HosoError, InvalidDocument, InvalidInput, NotFound, StaleDossier, TransitionRefused
from workflow.services.acts import ActRefused
from workflow.telling.values import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationError
    from werkzeug.exceptions import HTTPException

    from workflow.domain.refusal import Refusal

MEDIA = "application/problem+json"
MOST_FAULTS = 100

ROLE_CODES = frozenset(
    {"correct.role", "filing.role", "guard.out_of_scope", "guard.role", "hold.level", "open.role", "rebind.role"}
)
"""Refusals of what the role may never do, whatever the state: answered with 403."""
TOO_LARGE = frozenset({"file_too_large", "json.too_large", "too_many_files"})
WRONG_TYPE = frozenset({"file_type"})


def answer(status: int, code: str, detail: str, **more: object) -> Response:
    """A problem; members without a value are left out."""
    body = {
        "type": f"urn:hoso:{code}",
        "title": say(f"api.{status}") if has(f"api.{status}") else say("api.500"),
        "status": status,
        "code": code,
        "detail": detail,
        **{name: value for name, value in more.items() if value not in (None, (), [], {})},
    }
    found = Response(json.dumps(body, ensure_ascii=False), status, mimetype=MEDIA)
    if status == 401:
        found.headers["WWW-Authenticate"] = 'Bearer realm="hoso"'
    return found


def of_engine(error: HosoError) -> Response:
    """What the engine refused, with all of its reasons."""
    status = status_for(error)
    if isinstance(error, NotFound):
        return answer(404, NotFound.code, say("api.404.what"))
    if isinstance(error, ActRefused):
        blocked = [line for line in error.preview.lines if line.refusals and not line.left_out]
        rows = [
            {"dossier": line.dossier_id, "number": line.number, "refusals": refusals_data(line.refusals)}
            for line in blocked
        ]
        return answer(status, error.code, sentence(error), dossiers=rows)
    found = answer(
        status,
        error.code,
        sentence(error),
        facts=None if isinstance(error, InvalidInput) else plain(error.facts),
        refusals=refusals_data(error.refusals) if isinstance(error, TransitionRefused) else None,
        faults=_faults(error),
    )
    if isinstance(error, StaleDossier) and error.facts.get("current") is not None:
        found.set_etag(str(error.facts["current"]))
    return found


def status_for(error: HosoError) -> int:
    """The status of an error at this door; the pages' table holds for the rest."""
    if isinstance(error, Missing):
        return 428
    if isinstance(error, StaleDossier):
        return 412
    if isinstance(error, TransitionRefused) and {refusal.code for refusal in error.refusals} & ROLE_CODES:
        return 403
    if isinstance(error, InvalidDocument) and error.code in TOO_LARGE:
        return 413
    if isinstance(error, InvalidDocument) and error.code in WRONG_TYPE:
        return 415
    return status_of(error)


def refusals_data(refusals: tuple[Refusal, ...]) -> list[dict[str, object]]:
    """Each unmet condition: code, sentence, facts, who clears it, until when, the source, the place to mend."""
    return [_refusal_data(refusal) for refusal in refusals]


def _refusal_data(refusal: Refusal) -> dict[str, object]:
    cited = source(refusal.source)
    until = house().wording.last_moment(refusal.until, house().calendar()) if refusal.until else ""
    return {
        "code": refusal.code,
        "sentence": house().wording.say(refusal.code, **refusal.facts),
        "facts": plain(refusal.facts),
        "cleared_by": plain(refusal.cleared_by),
        "cleared_by_words": house().wording.speak(refusal.cleared_by) if refusal.cleared_by else "",
        "until": plain(refusal.until),
        "until_words": until,
        "source": refusal.source,
        "source_words": cited.text if cited is not None else "",
        "paper": refusal.paper,
        "path": refusal.path,
    }


def _faults(error: HosoError) -> list[dict[str, str]]:
    found = []
    for fault in getattr(error, "faults", ())[:MOST_FAULTS]:
        path, words = house().fault_told(fault)
        found.append({"path": path, "sentence": words})
    return found


def of_http(error: HTTPException) -> Response:
    """What the server itself refused: no such address, method, media type; too large, too often."""
    status = error.code or 500
    if status == 401:
        code = "token_unknown" if request.headers.get("Authorization") else "token_missing"
        return answer(status, code, say(f"api.{code}"))
    known = status if has(f"api.{status}.what") else 500
    found = answer(status, NotFound.code if status == 404 else f"http_{status}", say(f"api.{known}.what"))
    if status == 405 and (allowed := getattr(error, "valid_methods", None)):
        found.headers["Allow"] = ", ".join(sorted(allowed))
    if status == 429:
        found.headers["Retry-After"] = "60"
    return found


def of_validation(error: ValidationError) -> Response:
    """What of a body, a query or a header is not as described: each place with its sentence, nothing of the input."""
    faults = [_place_fault(dict(fault)) for fault in error.errors(include_url=False, include_input=False)]
    return answer(422, "invalid_input", say("api.422.what"), faults=faults[:MOST_FAULTS])


def _place_fault(fault: Mapping[str, Any]) -> dict[str, str]:
    kind = str(fault["type"])
    known = f"api.fault.{kind}" if has(f"api.fault.{kind}") else "api.fault"
    return {"path": "".join(f"/{part}" for part in fault["loc"]), "code": kind, "sentence": say(known)}
