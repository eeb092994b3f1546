"""schemathesis at the API: requests made from its own OpenAPI document, right ones and wrong ones, as every role.

Names of things that exist take the place of many made-up ones, so that requests reach the engine and not only the door.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode, checks
from schemathesis.core.failures import Failure

from tests.support.programs import API

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
PROBLEMS = {400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429}
OFTEN = 0.6
"""How often a name that exists is put into a request."""


@dataclass
class Seen:
    """What a run saw: the statuses by role, what was wrong."""

    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def tries(self) -> int:
        """How many requests were answered."""
        return sum(counted.total() for counted in self.statuses.values())


@dataclass(frozen=True, slots=True)
class Names:
    """Names that exist."""

    dossiers: Sequence[str]
    subjects: Sequence[str]
    kind: str
    papers: Sequence[str]
    triggers: Sequence[str]


def names_of(ids: Mapping[str, str]) -> Names:
    """Names that exist in the story of Vinh Phong."""
    return Names(
        dossiers=sorted(ids.values()),
        subjects=["thpt-vinh-thuan", "vinh-phong", "tram-y-te-vinh-phong"],
        kind="dien_hinh",
        papers=["registration", "unit_plan", "assessment_sheet", "opinion"],
        triggers=["register", "select", "assess", "record_meeting", "return_to_unit", "withdraw", "approve"],
    )


def fuzz(
    app: Flask, tokens: Mapping[str, str], names: Names, *, examples: int, number: int = 0, only: str = ""
) -> Seen:
    """Ask every operation ``examples`` times rightly and as often wrongly, each time as everybody in turn.

    ``tokens``: by role; ``number`` begins another series; ``only``: a part of the address.
    """
    app.wsgi_app = _from_here(app.wsgi_app)  # type: ignore[method-assign]
    schema = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", app)
    seen = Seen({role: Counter() for role in tokens})
    for found in schema.get_all_operations():
        operation = found.ok()
        if only not in operation.path:
            continue
        for mode in GenerationMode:
            try:
                _asking(operation, mode, tokens, names, seen, examples, number)()
            except (AssertionError, Failure, BaseExceptionGroup) as error:
                seen.wrong += [f"{operation.label} {mode.value}: {told}" for told in _told(error)]
    return seen


def _asking(
    operation: Any,
    mode: GenerationMode,
    tokens: Mapping[str, str],
    names: Names,
    seen: Seen,
    examples: int,
    number: int,
) -> Callable[[], None]:
    quiet = [check for check in HealthCheck if check is not HealthCheck.nested_given]

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=quiet,
        phases=[Phase.generate],
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        put_in(case, names)
        for role, token in tokens.items():
            bearer = {"Authorization": f"Bearer {token}"}
            case.headers = {**dict(case.headers or {}), **bearer}  # type: ignore[assignment]
            answer = case.call(headers=bearer)
            seen.statuses[role][answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)
            if answer.status_code in PROBLEMS:
                told = answer.json()
                assert told["code"], told
                assert told["detail"], told

    return ask


def _from_here(application: WSGIApplication) -> WSGIApplication:
    """The requests come from this machine: tokens of some roles are bound to an address."""

    def called(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return application({**environ, "REMOTE_ADDR": "127.0.0.1"}, start)

    return called


def put_in(case: Case, names: Names) -> None:
    """Names that exist take the place of many of those that were made up."""
    dice = Random(repr((case.path_parameters, case.query, case.body)))  # noqa: S311 - dice, no secret
    path = case.path_parameters
    if isinstance(path, dict):
        _sometimes(dice, path, "dossier_id", names.dossiers)
        _sometimes(dice, path, "code", [names.kind] if "/kinds/" in case.path else names.papers)
        _sometimes(dice, path, "paper", names.papers)
        _sometimes(dice, path, "version", [1])
    if isinstance(case.query, dict):
        _sometimes(dice, case.query, "kind", [names.kind])
    for body in _objects(case.body):
        _sometimes(dice, body, "kind", [names.kind])
        _sometimes(dice, body, "subject", names.subjects)
        _sometimes(dice, body, "trigger", names.triggers)
        _sometimes(dice, body, "dossier", names.dossiers)
        _sometimes(dice, body, "seen_version", range(1, 9))


def _sometimes(dice: Random, found: dict[str, Any], name: str, known: Sequence[Any]) -> None:
    if name in found and dice.random() < OFTEN:
        found[name] = dice.choice(known)


def _objects(body: object) -> Iterator[dict[str, Any]]:
    if isinstance(body, dict):
        yield body
        for rows in body.values():
            if isinstance(rows, list):
                yield from (row for row in rows if isinstance(row, dict))


def _told(error: BaseException) -> Iterator[str]:
    inner = getattr(error, "exceptions", None)
    if inner is None:
        yield " ".join(str(error).split())[:600]
        return
    for one in inner:
        yield from _told(one)
