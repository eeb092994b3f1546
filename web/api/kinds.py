"""Kinds of dossiers in force: their states, steps, papers with schemas, dates; and who stands behind the token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, g

from web.access import actor, signed_in
from web.api.answered import KindList, KindOut, Me, SchemaOut
from web.api.asked import OfKind, OfSchema, VersionQuery
from web.api.blueprint import resource
from web.api.door import reader, scoped
from web.api.told import tell
from web.context import house, now, today
from web.years.kinds import yearly_kinds
from workflow.domain.errors import NotFound
from workflow.domain.tokens import TokenScope

if TYPE_CHECKING:
    from workflow.domain.kinds import AttachmentRule, DossierKind, State, Transition

kinds = resource("kinds", "Kinds of dossiers: data, not code.")


@kinds.get("/me", responses={200: Me})
@signed_in
@scoped(TokenScope.READ)
def me() -> Response:
    """Who stands behind the token, in which role, until when it works."""
    who, its = reader(), actor()
    return tell(
        {
            "person": its.person_id,
            "office": who.office,
            "role": its.role,
            "organisation": {"id": its.organisation_id, "name": who.organisation},
            "province": its.province_id,
            "commune": its.commune_id,
            "scopes": g.token.scopes,
            "expires": g.token.expires,
            "now": now(),
        }
    )


@kinds.get("/kinds", responses={200: KindList})
@signed_in
@scoped(TokenScope.READ)
def listing() -> Response:
    """The kinds in force."""
    found = [_newest(kind.code) for kind in house().catalogue.kinds()]
    return tell({"items": [_brief(kind) for kind in found]})


@kinds.get("/kinds/<code>", responses={200: KindOut})
@signed_in
@scoped(TokenScope.READ)
def one(path: OfKind, query: VersionQuery) -> Response:
    """A kind as it is defined: states, steps, papers, dates in the plan's own words."""
    kind = _kind(path.code, query.version)
    return tell(
        {
            **_brief(kind),
            "initial": kind.initial,
            "subject_kinds": kind.subject_kinds,
            "opened_by": kind.opened_by,
            "stages": kind.stages,
            "states": [_state(state) for state in kind.states.values()],
            "transitions": [_transition(move) for move in kind.transitions],
            "papers": [_paper(rule) for rule in kind.attachments.values()],
            "deadlines": [
                {name: getattr(rule, name) for name in ("code", "label", "words", "source", "verified")}
                for rule in kind.deadlines.values()
            ],
            "citation": kind.citation,
        }
    )


@kinds.get("/kinds/<code>/papers/<paper>/schema", responses={200: SchemaOut})
@signed_in
@scoped(TokenScope.READ)
def schema(path: OfSchema, query: VersionQuery) -> Response:
    """The JSON Schema that a paper's document is held to."""
    rule = _kind(path.code, query.version).attachments.get(path.paper)
    if rule is None:
        raise NotFound
    return tell({"schema_id": rule.schema_id, "document": house().schemas.plain(rule.schema_id)})


def _newest(code: str) -> DossierKind:
    return house().catalogue.newest(code, province_id=actor().province_id, on=today())


def _kind(code: str, version: int | None) -> DossierKind:
    if code not in {kind.code for kind in house().catalogue.kinds()}:
        raise NotFound
    if version is None:
        return _newest(code)
    return house().catalogue.version(code, version, province_id=actor().province_id)


def _brief(kind: DossierKind) -> dict[str, object]:
    return {
        "code": kind.code,
        "version": kind.version,
        "label": kind.label,
        "short_label": kind.short_label,
        "digest": kind.digest,
        "has_years": kind.code in {one.code for one in yearly_kinds()},
    }


def _state(state: State) -> dict[str, object]:
    names = ("code", "label", "meaning", "stage", "holder", "working_days")
    return {name: getattr(state, name) for name in names}


def _transition(move: Transition) -> dict[str, object]:
    return {
        "trigger": move.trigger,
        "label": move.label,
        "source": move.source,
        "target": move.target,
        "choices": [{"code": code, "label": label} for code, label in move.choices],
        "authorities": move.authorities,
        "recorders": move.recorders,
        "act": move.act,
        "deadline": move.deadline,
        "papers": [paper.code for paper in move.papers],
        "needs_reason": move.needs_reason,
        "citation": move.citation,
    }


def _paper(rule: AttachmentRule) -> dict[str, object]:
    return {
        "code": rule.code,
        "label": rule.label,
        "filed_by": rule.filed_by,
        "filed_in": rule.filed_in,
        "with_acts": rule.with_acts,
        "many": rule.many,
        "file_required": rule.files.required,
        "file_types": rule.files.types,
        "max_files": rule.files.max_files,
        "max_bytes": rule.files.max_bytes,
        "schema_id": rule.schema_id,
        "citation": rule.citation,
        "verified": rule.verified,
    }
