"""What a kind of award says beside its states: the member ``awards`` of kind.json -> ``AwardRules``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from workflow.domain.actors import Role
from workflow.domain.awards import Asked, AwardForm, AwardRules, Condition, Preference, WantedResult

Body = Mapping[str, Any]


def load_awards(data: Body) -> AwardRules:
    """The forms, conditions and preferences of a kind of award."""
    return AwardRules(
        forms=tuple(_form(code, form) for code, form in data["forms"].items()),
        conditions=tuple(_condition(row, item) for row, item in data["conditions"].items()),
        preferences=tuple(
            Preference(code, item["label"], item["field"], tuple(item["any_of"]), item["source"])
            for code, item in data.get("preferences", {}).items()
        ),
        sets=data["sets"]["number"],
        sets_source=data["sets"]["source"],
    )


def _form(code: str, data: Body) -> AwardForm:
    return AwardForm(
        code=code,
        label=data["label"],
        level=data["level"],
        allots=Role(data["allots"]),
        blocks=data["blocks"],
        proposer=data["proposer"],
        appraiser=data["appraiser"],
        decider=data["decider"],
        until=date.fromisoformat(data["until"]) if "until" in data else None,
        source=data["source"],
        verified=data["verified"],
    )


def _condition(row: str, data: Body) -> Condition:
    result = data.get("result")
    return Condition(
        row=row,
        label=data["label"],
        source=data["source"],
        when=tuple((field, tuple(values)) for field, values in data.get("when", {}).items()),
        asked=Asked(data.get("asked", "always")),
        result=WantedResult(
            kind=result["kind"],
            any_of=tuple(result["any_of"]),
            label=result["label"],
            wanted=result["wanted"],
            of=result.get("of", "subject"),
        )
        if result
        else None,
        field=data.get("field", ""),
        attested=data.get("attested", False),
        noted=data.get("noted", False),
    )
