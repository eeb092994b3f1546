"""Whom a kind is about, and which level decides: the subject's own data against the kind's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.domain.actors import Role
from workflow.domain.guards.attempt import Attempt, Weighed
from workflow.domain.refusal import Refusal


def in_scope(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The subject is none of those the kind leaves out (TT 124/2021, art. 1: armed forces, small enterprises …).

    Read are the paper named by ``paper``, where the subject says so itself, and the organisation's own data.
    """
    code = str(params["paper"])
    filed = attempt.dossier.newest(code)
    said: dict[str, object] = dict(attempt.books.attributes)
    if filed is not None:
        kept = filed.paper.facts.get("said")
        said |= kept if isinstance(kept, Mapping) else {}
    for exclusion in attempt.kind.excludes:
        if exclusion.leaves_out(said) or exclusion.leaves_out(attempt.books.attributes):
            yield Refusal(
                "guard.left_out",
                {"kind": attempt.kind.short_label, "who": exclusion.label},
                source=exclusion.source or str(params.get("source", "")),
                paper=code,
            )


DECIDES = {"commune": Role.COMMUNE_COMMITTEE, "province": Role.PROVINCE_COMMITTEE}
"""Who decides on what a level manages."""

ELSEWHERE = frozenset({"guard.form_differs", "guard.other_form", "guard.other_level"})
"""Refusals of a step that belongs to another way."""


def is_elsewhere(weighed: Weighed) -> bool:
    """Whether the step leads another way than the subject's own: the level, or the form of award, decides it."""
    return any(refusal.code in ELSEWHERE for refusal in weighed.refusals)


def managed_at(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The level named by ``level`` decides on this subject: a commune's own dossier, and a unit that the province
    manages, are the province's; every other is the commune's (law.md; inference, unverified).
    """
    level = "province" if attempt.dossier.own else attempt.books.managing_level
    if level != params["level"]:
        yield Refusal(
            "guard.other_level",
            {"authority": DECIDES.get(level, Role.PROVINCE_COMMITTEE), "step": attempt.transition.label},
            source=str(params.get("source", "")),
        )
