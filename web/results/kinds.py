"""What may stand in the ledger: results of the kinds of the catalogue, and of programmes decided outside hoso."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.context import house
from web.words import has, say
from web.years.kinds import yearly_kinds

if TYPE_CHECKING:
    from workflow.domain.actors import Role
    from workflow.domain.kinds import DossierKind


def ledger_kind() -> DossierKind:
    """The kind whose results the ledger is first of all about: the first with a ledger rule."""
    return next(kind for kind in yearly_kinds() if kind.ledger is not None)


def kind_labels() -> dict[str, str]:
    """What kinds of results are called, by code: those of the catalogue, then the earlier programmes."""
    own = {kind.code: kind.short_label for kind in yearly_kinds() if kind.ledger is not None}
    return {**{one.kind: one.label for one in house().earlier}, **own}


def enterable() -> dict[str, tuple[str, str, str, str]]:
    """What may be entered, by "kind:result": kind, result, its label in the ledger, and the words of the choice."""
    found = {}
    for kind in yearly_kinds():
        if kind.ledger is not None:
            for code, label in kind.ledger.every():
                found[f"{kind.code}:{code}"] = (kind.code, code, label, label)
    for one in house().earlier:
        for result in one.results:
            words = f"{one.label}: {result.label}"
            found.setdefault(f"{one.kind}:{result.code}", (one.kind, result.code, result.label, words))
    return found


def subject_words(kind: str) -> str:
    """What a kind of organisation is called."""
    return say(f"organisation.{kind}") if has(f"organisation.{kind}") else kind


def subject_kinds() -> list[tuple[str, str]]:
    """The kinds of organisations that may hold a result, with their words."""
    codes = dict.fromkeys(code for kind in yearly_kinds() for code in (*kind.subject_kinds, *kind.own_subject_kinds))
    return [(code, subject_words(code)) for code in codes]


def upkeep_trigger(role: Role) -> str:
    """The act by which people of this role record what a recognition owes; empty when it is not theirs."""
    owes = ledger_kind().owes
    owed = next((kind for kind in house().catalogue.kinds() if owes is not None and kind.code == owes.kind), None)
    steps = owed.from_state(owed.initial) if owed is not None else ()
    return next((step.trigger for step in steps if step.act and role in step.recorders_on(own=False)), "")
