"""What a kind obliges organisations to hand in every cycle, as it declares it.

One kind may oblige one organisation to several papers in a cycle (a plan, a half-yearly report …); each is a dossier of
its own, told apart by its ``origin_id``: the obligation's code, for those called for with a mark of their own behind.
"""

from __future__ import annotations

from dataclasses import dataclass

MARK = ":"
"""Between the code of an obligation and the mark of one call, in the origin of a dossier."""


@dataclass(frozen=True, slots=True)
class FigureName:
    """A figure that what is handed in may carry: its field and its title."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something owed once in a cycle by organisations of these kinds and, unless empty, of this managing level.

    ``deadline``: the date it goes by. ``called``: nobody owes it before a receiver calls for it, by a paper that says
    until when. ``draws``: kinds whose figures of the ledger belong into it. ``yearly``: the kind whose yearly report it
    is; that report, once filed, hands it in.
    """

    code: str
    label: str
    deadline: str
    subject_kinds: tuple[str, ...] = ()
    managing_level: str = ""
    called: bool = False
    draws: tuple[str, ...] = ()
    yearly: str = ""
    source: str = ""
    verified: bool = False

    def concerns(self, subject_kind: str, managing_level: str) -> bool:
        """Whether an organisation of this kind, managed at this level, owes it."""
        return subject_kind in self.subject_kinds and self.managing_level in ("", managing_level)


@dataclass(frozen=True, slots=True)
class Obliges:
    """The obligations of a kind. ``deadline``: the date that the moves name, which each obligation puts its own for.

    ``offset_days``: what a commune receives falls due so many working days earlier, so that it can put it together.
    ``paper``: the paper handed in; ``call``: the paper by which a receiver calls for one. ``proof`` and ``happenings``:
    fields of the paper handed in, the one naming the document behind its figures, the other what happened and when.
    """

    deadline: str
    paper: str
    call: str
    each: tuple[Obligation, ...]
    offset_days: int = 0
    proof: str = ""
    happenings: str = ""

    def of(self, origin_id: str | None) -> Obligation | None:
        """The obligation a dossier answers, by its origin; None for an origin that is none."""
        code = (origin_id or "").partition(MARK)[0]
        return next((one for one in self.each if one.code == code), None)

    @property
    def dates(self) -> frozenset[str]:
        """Codes of the dates that obligations go by."""
        return frozenset({self.deadline, *(one.deadline for one in self.each)})
