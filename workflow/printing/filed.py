"""A paper that stands in a dossier, printed as it was filed; or as a draft, from what was typed so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.domain.actors import Role
from workflow.domain.errors import NotFound
from workflow.domain.kinds import AttachmentRule, DossierKind
from workflow.domain.shared_papers import LIST, ROW
from workflow.papers.official.compose import Sheet, compose
from workflow.papers.official.model import OfficialPaper
from workflow.printing.surroundings import Surroundings
from workflow.queries.dossier_numbers import units_by_number

DRAFT = "draft"


def filed_paper(around: Surroundings, code: str, version: int | None = None) -> OfficialPaper:
    """A filed version of a paper, the newest unless another is asked for. Raises ``NotFound``."""
    rule = rule_of(around, code)
    versions = around.look.dossier.versions(code)
    filed = next((one for one in reversed(versions) if version in {None, one.paper.version}), None)
    if filed is None:
        raise NotFound(paper=code)
    document = around.house.looks.document(around.actor, around.look.dossier.id, filed.paper.id)
    origin = around.house.wording.say(
        "print.origin.paper", paper=rule.label, version=filed.paper.version, day=filed.at.date()
    )
    return compose(
        _sheet(around, rule, filed.paper.schema_id, document, origin, _issuer(around.look.kind, rule)),
        around.house.prints.words,
        around.house.wording,
    )


def draft_paper(around: Surroundings, code: str, document: Mapping[str, Any]) -> OfficialPaper:
    """A paper that is still being written; gaps show what is missing. Raises ``NotFound``."""
    rule = rule_of(around, code)
    origin = around.house.wording.say("print.origin.draft")
    sheet = _sheet(around, rule, rule.schema_id, document, origin, _issuer(around.look.kind, rule), draft=True)
    return compose(sheet, around.house.prints.words, around.house.wording)


def rule_of(around: Surroundings, code: str) -> AttachmentRule:
    """The paper of the kind; one kept from the reader looks like one that does not exist."""
    rule = around.look.kind.attachments.get(code)
    if rule is None or code in around.look.hidden:
        raise NotFound(paper=code)
    return rule


def _issuer(kind: DossierKind, rule: AttachmentRule) -> Role:
    """Whose paper it is: of whoever files it; an act's paper is of whose act it is in law."""
    for role in (Role.UNIT, Role.COMMUNE_COMMITTEE, Role.COMMUNE_POLICE, Role.PROVINCE_COMMITTEE, Role.PROVINCE_POLICE):
        if role in rule.filed_by:
            return role
    made = (way.authorities[0] for way in kind.transitions if way.trigger in rule.with_acts)
    return next(made, Role.COMMUNE_COMMITTEE)


def _sheet(
    around: Surroundings,
    rule: AttachmentRule,
    schema_id: str,
    document: Mapping[str, Any],
    origin: str,
    issuer: Role,
    *,
    draft: bool = False,
) -> Sheet:
    house, dossier = around.house, around.look.dossier
    schema = house.schemas.plain(schema_id)
    layout = house.prints.layout(
        str(house.schemas.document(schema_id).get("x-print", "")),
        official={"number", "issuer"} <= set(schema.get("required", ())),
        title=rule.label,
    )
    criteria = str(document.get("criteria_set", "")) if rule.scored else ""
    return Sheet(
        layout=layout,
        schema=schema,
        document=document,
        name=rule.label,
        origin=origin,
        known=around.known(rule.label, issuer),
        dossiers=units_by_number(house.database, around.actor, dossier.province_id, numbers_in(document)),
        files={file.digest: file.name for files in around.record.files.values() for file in files},
        superiors=around.superiors,
        criteria=house.catalogue.criteria(criteria, province_id=dossier.province_id) if criteria else None,
        compared=_compared(around, rule),
        draft=draft,
    )


def _compared(around: Surroundings, rule: AttachmentRule) -> Mapping[str, Mapping[str, object]] | None:
    """The rows of the sheet that this one departs from, by criterion."""
    if rule.compares is None:
        return None
    newest = around.look.dossier.newest(rule.compares)
    if newest is None:
        return None
    document = around.house.looks.document(around.actor, around.look.dossier.id, newest.paper.id)
    rows = document.get("rows")
    return {str(row["criterion"]): row for row in rows} if isinstance(rows, list) else None


def numbers_in(document: Mapping[str, Any]) -> set[str]:
    """The numbers of dossiers that a paper names in its rows."""
    listed = document.get(LIST)
    found = {one for one in listed if isinstance(one, str)} if isinstance(listed, list) else set()
    rows = [row for value in document.values() if isinstance(value, list) for row in value if isinstance(row, Mapping)]
    return found | {str(row[ROW]) for row in rows if ROW in row}
