"""What a paper starts from: the version before, or what hoso knows already; and what only the server sets in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.access import person
from web.dossier.paper_forms import QUOTES, criteria_of, form_of
from web.forms.shapes import Leaf
from workflow.domain.actors import Role
from workflow.domain.calendars import last_day, local_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from web.dossier.sight import Sight
    from workflow.domain.kinds import AttachmentRule

_DONE_TODAY = frozenset({"answered_on", "assessed_on", "closed_on", "scored_on", "visited_on"})
_DONE_BY_ME = frozenset(
    {
        "answered_by_office",
        "assessor_office",
        "inspector_office",
        "officer_office",
        "scorer_office",
        "submitted_by_office",
    }
)


def beginning_of(sight: Sight, rule: AttachmentRule, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """The document a form starts from: the version before, else what is known; with what the server sets in both."""
    names = {child.key: child for child in form_of(rule.schema_id).shape.children}
    start = dict(before) if before is not None and not rule.many else known_values(sight, rule, names)
    return start | server_values(sight, rule)


def server_values(sight: Sight, rule: AttachmentRule) -> dict[str, Any]:
    """Values that nobody types: the criteria set, and which version of another paper this one is about."""
    found: dict[str, Any] = {}
    criteria = criteria_of(sight)
    for child in form_of(rule.schema_id).shape.children:
        if not isinstance(child, Leaf) or child.kind != "hidden":
            continue
        if child.key == "criteria_set" and criteria is not None:
            found[child.key] = criteria.key
        elif child.key.endswith(QUOTES):
            version = _newest_version(sight, child.key.removesuffix(QUOTES))
            if version is not None:
                found[child.key] = version
    return found


def known_values(sight: Sight, rule: AttachmentRule, names: Mapping[str, object]) -> dict[str, Any]:
    """What hoso knows of a paper's fields by their names; the person only checks it."""
    record, dossier, who = sight.record, sight.dossier, person()
    of_unit = Role.UNIT in rule.filed_by
    known: dict[str, Any] = {
        "subject_name": sight.subject,
        "subject_kind": dossier.subject_kind,
        "commune": record.names.get(dossier.commune_id),
        "cycle": dossier.cycle,
        "issuer": sight.subject if of_unit else sight.name_of(sight.reader.role),
    }
    known |= dict.fromkeys(_DONE_TODAY, sight.today.isoformat())
    if who is not None and (not of_unit or sight.stands_for(Role.UNIT)):
        known |= dict.fromkeys(_DONE_BY_ME, who.office)
    figures = sight.look.figures
    if figures is not None and figures.opens is not None and figures.closes is not None:
        known["period"] = {
            "from": local_day(figures.opens).isoformat(),
            "to": last_day(figures.closes).isoformat(),
        }
    known |= {name: _newest_version(sight, name.removesuffix(QUOTES)) for name in names if name.endswith(QUOTES)}
    return {name: value for name, value in known.items() if name in names and value is not None}


def _newest_version(sight: Sight, code: str) -> int | None:
    filed = sight.dossier.newest(code)
    return filed.paper.version if filed is not None else None
