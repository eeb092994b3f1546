"""The correction of a recorded step: its paper as it stands, and the same paper with its head mended."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.context import house
from web.dossier.signed import FIELDS
from web.dossier.story import label_of_step
from workflow.domain.errors import NotFound
from workflow.services.inputs import PaperInput

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from workflow.domain.dossier import Filed, Step
    from workflow.domain.events import SignedPaper


@dataclass(frozen=True, slots=True)
class Correction:
    """A step whose paper the reader may correct. ``filed``: that paper, where it is one of the kind's own."""

    sight: Sight
    step: Step
    label: str
    paper: SignedPaper
    filed: Filed | None

    @property
    def scans(self) -> tuple[str, ...]:
        """The scans that stand."""
        return self.paper.scans

    @property
    def is_shared(self) -> bool:
        """Whether the paper is shared by the dossiers of an act."""
        return self.step.act_id is not None

    def mended(self, signed: SignedPaper) -> PaperInput | None:
        """The act's own paper with its head as corrected and its files kept; None where nothing in it changes."""
        if self.filed is None:
            return None
        document = house().looks.document(self.sight.reader, self.sight.dossier.id, self.filed.paper.id)
        head = {name: getattr(signed, name) for name in FIELDS if name in document}
        if all(document[name] == words for name, words in head.items()):
            return None
        files = self.sight.record.files.get(self.filed.paper.id, ())
        return PaperInput(json.dumps({**document, **head}, ensure_ascii=False).encode(), files)


def correction_of(sight: Sight, seq: int) -> Correction:
    """The step at that place of the dossier. Raises ``NotFound`` when the reader may not correct it."""
    step = next((made for made in sight.dossier.steps if made.seq == seq), None)
    if step is None or step.from_paper is None or seq not in sight.look.desk.correctable:
        raise NotFound(step=seq)
    came = [one for one in sight.dossier.papers if one.seq == seq and sight.kind.attachments[one.paper.code].by_act]
    return Correction(sight, step, label_of_step(sight, step.trigger), step.from_paper, _of_paper(came, step))


def _of_paper(came: list[Filed], step: Step) -> Filed | None:
    """The paper whose number the step carries: an act may bring several (a proposal and a list)."""
    paper = step.from_paper
    return next((one for one in reversed(came) if paper and one.paper.facts.get("number") == paper.number), None)
