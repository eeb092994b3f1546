"""Reports handed in for tests: the year of obligations opened, papers filed as people file them."""

from __future__ import annotations

import json

from workflow.bootstrap import House
from workflow.domain.actors import Actor
from workflow.domain.dossier import Dossier
from workflow.services.inputs import MoveInput, PaperInput

KIND = "bao_cao"
PROOF = {"number": "12/BC-MTTQ", "date": "2026-05-08", "issuer": "Nơi ban hành (giả định)"}


def owed(house: House, cycle: int, subject: str, code: str, *, province: str = "tinh") -> Dossier:
    """The dossier in which an organisation answers an obligation of a year."""
    with house.engine.reading() as uow:
        for dossier_id in uow.dossiers.ids_where(province_id=province, kind=KIND, cycle=cycle, origin_id=code):
            dossier = uow.dossiers.get(dossier_id)
            if dossier.subject_id == subject and dossier.state != "passed_on":
                return dossier
    raise LookupError(subject, code)


def hand_in(house: House, actor: Actor, dossier: Dossier, trigger: str = "file", **figures: object) -> None:
    """File the report with these figures, and hand it in."""
    document = {
        "subject_kind": dossier.subject_kind,
        "cycle": dossier.cycle,
        "content": "Theo kế hoạch.",
        "submitted_by_office": "Người đứng đầu",
        **figures,
    }
    raw = PaperInput(json.dumps(document).encode())
    kept = house.dossiers.file_paper(actor, dossier.id, "movement_report", raw, seen_version=dossier.version)
    house.dossiers.perform(actor, dossier.id, MoveInput(trigger, kept.version))
