"""The page after an act: what was done, exactly when, under which journal number, what comes next, who was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.dossier.story import tell, transition_of
from web.formatting import moment_exact
from web.words import say
from workflow.domain import events as ev

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from workflow.queries.dossier_record import Entry


@dataclass(frozen=True, slots=True)
class Receipt:
    """The confirmation as ``macros/notes.html`` draws it, with what was done as a sentence and who was told."""

    heading: str
    receipt: str
    done: str
    detail: str
    told: tuple[str, ...]


def receipt_of(sight: Sight, entry: Entry) -> Receipt:
    """The confirmation of one event on record."""
    event = entry.event
    happening = tell(sight, entry)
    number = f"{entry.position:,}".replace(",", ".")
    code = "receipt.line_late" if isinstance(event, ev.Moved) and event.late else "receipt.line"
    return Receipt(
        heading=_heading(sight, event),
        receipt=say(code, number=sight.dossier.number, moment=moment_exact(event.at), journal=number),
        done=happening.text,
        detail=happening.detail,
        told=tuple(dict.fromkeys(sight.name_of(one.audience) for one in sight.record.told if one.at == event.at)),
    )


def _heading(sight: Sight, event: ev.Event) -> str:
    if isinstance(event, ev.PaperFiled):
        rule = sight.kind.attachments.get(event.paper.code)
        label = rule.label if rule is not None else event.paper.code
        return say("receipt.filed", paper=label, version=event.paper.version)
    if isinstance(event, ev.Moved):
        return say("receipt.moved", step=transition_of(sight, event).done_label)
    return say(_PLAIN.get(type(event), "receipt.done"), subject=sight.subject)


_PLAIN: dict[type[ev.Event], str] = {
    ev.DossierOpened: "receipt.opened",
    ev.HoldLifted: "receipt.lifted",
    ev.HoldSet: "receipt.held",
    ev.StepCorrected: "receipt.corrected",
}
