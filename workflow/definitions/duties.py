"""What a kind's body asks of others: the shares of a place's units, and what organisations owe every year."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from workflow.domain.obligation_rules import Obligation, Obliges
from workflow.domain.share_rules import Base, ShareRule

Body = Mapping[str, Any]


def share_of(data: Body) -> ShareRule:
    """A share, as the member ``shares`` lists it."""
    return ShareRule(
        code=data["code"],
        label=data["label"],
        share=Fraction(data["share"]),
        any_of=tuple(data.get("any_of", ())),
        bases=tuple(Base(item) for item in data["bases"]),
        within=tuple(data.get("within", ())),
        source=data["source"],
        verified=data.get("verified", False),
    )


def obliges_of(data: Body) -> Obliges:
    """The obligations, as the member ``obliges`` declares them."""
    return Obliges(
        deadline=data["deadline"],
        paper=data["paper"],
        call=data["call"],
        offset_days=data.get("offset_days", 0),
        proof=data.get("proof", ""),
        happenings=data.get("happenings", ""),
        each=tuple(
            Obligation(
                code=one["code"],
                label=one["label"],
                deadline=one["deadline"],
                subject_kinds=tuple(one["subject_kinds"]),
                managing_level=one.get("managing_level", ""),
                called=one.get("called", False),
                draws=tuple(one.get("draws", ())),
                yearly=one.get("yearly", ""),
                source=one["source"],
                verified=one.get("verified", False),
            )
            for one in data["each"]
        ),
    )
