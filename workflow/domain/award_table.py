"""The table of conditions weighed for one proposal: refuse when a data row fails, hold for attestation when one is
missing, pass otherwise; every answer names its row (seeds.md, section 6). Pure: results and papers are arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from workflow.domain.awards import AwardRules, Condition, WantedResult


class Result(Protocol):
    """A result in the ledger, as far as the table reads it."""

    @property
    def kind(self) -> str:
        """Of which programme."""

    @property
    def cycle(self) -> int:
        """Of which year."""

    @property
    def result(self) -> str:
        """Its code."""

    @property
    def label(self) -> str:
        """Its words."""

    @property
    def number(self) -> str:
        """The decision's number."""

    @property
    def standing(self) -> bool:
        """Whether it stands."""


class Answer(StrEnum):
    """What a row answers: it holds, it fails, or it waits for what is still missing."""

    PASS = "pass"  # noqa: S105 - an answer, no password
    FAIL = "fail"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Answered:
    """One row with its answer. ``why``: "result_missing", "result_other", "denied", "unattested", "unfilled", "noted".

    ``found`` are the results that the ledger holds instead of the one asked for, in words.
    """

    condition: Condition
    answer: Answer
    why: str = ""
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """What the papers of a proposal say: values of coded fields, fields that are filled in, attestations by row."""

    said: Mapping[str, object]
    filled: frozenset[str] = frozenset()
    attested: Mapping[str, bool] | None = None

    @classmethod
    def of(cls, report: Mapping[str, object] | None, confirmation: Mapping[str, object] | None) -> Statement:
        """From the facts taken of the report and of the confirmation when they were filed."""
        said = (report or {}).get("said")
        filled = (report or {}).get("filled")
        attested = (confirmation or {}).get("attested")
        return cls(
            said if isinstance(said, Mapping) else {},
            frozenset(str(one) for one in filled) if isinstance(filled, list | tuple) else frozenset(),
            {str(row): bool(holds) for row, holds in attested.items()} if isinstance(attested, Mapping) else None,
        )


def answers(
    rules: AwardRules,
    statement: Statement,
    *,
    cycle: int,
    special: bool,
    results: Iterable[Result] = (),
    unit_results: Iterable[Result] = (),
) -> tuple[Answered, ...]:
    """Every row that is asked of this proposal, with its answer, in the order of the table."""
    ledger = {"subject": tuple(results), "unit": tuple(unit_results)}
    return tuple(
        _answered(row, statement, cycle, ledger)
        for row in rules.conditions
        if row.concerns(statement.said, special=special)
    )


def _answered(row: Condition, statement: Statement, cycle: int, ledger: Mapping[str, tuple[Result, ...]]) -> Answered:
    if row.noted:
        return Answered(row, Answer.HOLD, "noted")
    if row.result is not None:
        of_year = _of_year(row.result, ledger[row.result.of], cycle)
        if not any(one.result in row.result.any_of for one in of_year):
            found = tuple(f"{one.label} ({one.number})" for one in of_year)
            return Answered(row, Answer.FAIL, "result_other" if found else "result_missing", found)
    attested = statement.attested or {}
    if row.attested and attested.get(row.row) is False:
        return Answered(row, Answer.FAIL, "denied")
    if row.field and row.field not in statement.filled:
        return Answered(row, Answer.HOLD, "unfilled")
    if row.attested and row.row not in attested:
        return Answered(row, Answer.HOLD, "unattested")
    return Answered(row, Answer.PASS)


def _of_year(wanted: WantedResult, results: tuple[Result, ...], cycle: int) -> list[Result]:
    return [one for one in results if one.kind == wanted.kind and one.cycle == cycle and one.standing]


def report_facts(rules: AwardRules, document: Mapping[str, object]) -> dict[str, object]:
    """What the table must know of a paper: coded values, which fields are filled in, attestations, the achievement.

    No free text is a fact: the journal keeps none. ``achieved_on`` is the day of an unexpected achievement.
    """
    facts: dict[str, object] = {}
    said = {field: _word(document[field]) for field in sorted(rules.spoken()) if field in document}
    filled = sorted(field for field in rules.needed() if document.get(field) not in (None, "", [], False))
    rows = document.get("attestations")
    if said:
        facts["said"] = said
    if filled:
        facts["filled"] = filled
    if isinstance(rows, list | tuple):
        facts["attested"] = {
            str(row["row"]): row["holds"] is True for row in rows if isinstance(row, Mapping) and "holds" in row
        }
    if isinstance(document.get("achieved_on"), str):
        facts["achievement"] = document["achieved_on"]
    return facts


def _word(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def achievement_of(facts: Mapping[str, object] | None, *, cycle: int, special: bool) -> str:
    """What a proposal is for: the movement of its year, or the day of an unexpected achievement ("" if not said)."""
    return str((facts or {}).get("achievement", "")) if special else str(cycle)
