"""Papers of an act on many dossiers: drafts before it is recorded, the shared papers and the list after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from workflow.bootstrap import House
from workflow.domain.actors import PROVINCE_ROLES, Actor, Role
from workflow.domain.calendars import local_day
from workflow.domain.dossier import Dossier
from workflow.domain.errors import NotFound
from workflow.domain.shared_papers import LIST, ROW
from workflow.papers.official.compose import Sheet, compose
from workflow.papers.official.model import OfficialPaper
from workflow.printing.filed import draft_paper, filed_paper, rule_of
from workflow.printing.surroundings import Surroundings
from workflow.queries.act import ActView, act

LIST_OF_ACT = "danh_sach_de_nghi"
"""The layout of the list (``dossier_schemas/prints/layouts``)."""


def act_draft(
    house: House, actor: Actor, dossier_ids: Sequence[str], code: str, typed: Mapping[str, Any]
) -> OfficialPaper:
    """A paper of an act that is being prepared, with its dossiers filled in. Raises ``NotFound``."""
    if not dossier_ids:
        raise NotFound(paper=code)
    looks = [house.looks.look(actor, one) for one in dossier_ids]
    around = Surroundings.of(house, actor, dossier_ids[0])
    rule = rule_of(around, code)
    if not rule.by_act:
        raise NotFound(paper=code)
    numbers = [look.dossier.number for look in looks]
    fields: Mapping[str, Any] = house.schemas.plain(rule.schema_id)["properties"]
    document = {**_rows(fields, numbers), **{name: value for name, value in typed.items() if value not in ("", [])}}
    return draft_paper(around, code, document)


def _rows(fields: Mapping[str, Any], numbers: list[str]) -> dict[str, Any]:
    """The dossiers as the paper lists them: by number alone, or a row each."""
    if LIST in fields:
        return {LIST: numbers}
    for name, node in fields.items():
        if ROW in node.get("items", {}).get("properties", {}):
            return {name: [{ROW: number} for number in numbers]}
    return {}


def act_paper(house: House, actor: Actor, act_id: str, code: str) -> OfficialPaper:
    """A shared paper of a recorded act. Raises ``NotFound``."""
    seen = act(house.database, actor, act_id)
    around = Surroundings.of(house, actor, seen.dossiers[0].dossier_id)
    versions = [one.paper for one in around.look.dossier.versions(code) if one.paper.act_id == act_id]
    if not versions:
        raise NotFound(paper=code)
    return filed_paper(around, code, versions[-1].version)


def act_list(house: House, actor: Actor, act_id: str) -> OfficialPaper:
    """The dossiers of a recorded act as a list to send along. Raises ``NotFound``."""
    seen = act(house.database, actor, act_id)
    around = Surroundings.of(house, actor, seen.dossiers[0].dossier_id)
    kind = around.look.kind
    step = next((way for way in kind.transitions if way.trigger == seen.trigger), None)
    wording = house.wording
    document: dict[str, Any] = {
        "date": local_day(seen.at).isoformat(),
        "step": step.label if step is not None else seen.trigger,
        "count": len(seen.dossiers),
        "recorded_at": seen.at.isoformat(),
        "items": [_item(house, actor, seen, place) for place in range(len(seen.dossiers))],
        **_letter(around, seen),
    }
    layout = house.prints.layouts[LIST_OF_ACT]
    issuer = Role.PROVINCE_COMMITTEE if seen.role in PROVINCE_ROLES else Role.COMMUNE_COMMITTEE
    name = wording.say("print.list")
    return compose(
        Sheet(
            layout=layout,
            schema=layout.form or {},
            document=document,
            name=name,
            origin=wording.say("print.origin.act", at=seen.at),
            known=around.known(name, issuer),
            dossiers={one.number: one.subject_name for one in seen.dossiers},
            superiors=around.superiors,
        ),
        house.prints.words,
        wording,
    )


def _letter(around: Surroundings, seen: ActView) -> dict[str, Any]:
    """The first shared paper that has a number: the list goes with it."""
    for shared in seen.papers:
        document = around.house.looks.document(around.actor, around.look.dossier.id, shared.id)
        if document.get("number"):
            rule = around.look.kind.attachments.get(shared.code)
            label = rule.label if rule is not None else shared.code
            return {"letter": around.house.wording.say("print.with_number", paper=label, number=document["number"])}
    return {}


def _item(house: House, actor: Actor, seen: ActView, place: int) -> dict[str, Any]:
    one = seen.dossiers[place]
    look = house.looks.look(actor, one.dossier_id)
    labels = {code: label for way in look.kind.transitions for code, label in way.choices}
    return {
        ROW: one.number,
        "kind": look.kind.short_label,
        "choice": labels.get(one.choice or "", ""),
        "score": _score(house, look.dossier),
    }


def _score(house: House, dossier: Dossier) -> str:
    """The points of the newest score sheet, as they were counted when it was filed."""
    for filed in reversed(dossier.papers):
        total, most = filed.paper.facts.get("total"), filed.paper.facts.get("maximum")
        if isinstance(total, str) and isinstance(most, str) and most != "0":
            return house.wording.say("print.score.of", total=Decimal(total), maximum=Decimal(most))
    return ""
