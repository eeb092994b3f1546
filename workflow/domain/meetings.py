"""Meeting arithmetic: quorum, votes and majority in the minutes of a commune meeting.

The seeds name neither members nor shares (seeds.md 3a, "Seeds silent"), so quorum and majority are data of the
kind and unverified: by default at least 2/3 of the members present, and more than half of those present in favour.
Shares are exact fractions. The form of that data is ``dossier_schemas/meta/meeting.schema.json``.

A fault's sentence stands under ``meeting.<code>`` in ``dossier_schemas/messages``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from workflow.domain.errors import InvalidInput


class Base(StrEnum):
    """Whose number a majority is a share of: those present, those present who voted, or all members."""

    PRESENT = "present"
    VOTING = "voting"
    MEMBERS = "members"


class Result(StrEnum):
    """What a conclusion on one dossier amounts to, whatever word the kind has for it.

    ``propose`` needs the majority, ``not_propose`` its absence; ``postpone`` puts it off, whatever the vote.
    """

    PROPOSE = "propose"
    NOT_PROPOSE = "not_propose"
    POSTPONE = "postpone"


@dataclass(frozen=True, slots=True)
class Quorum:
    """The least share of all members that must be present."""

    share: Fraction = Fraction(2, 3)
    verified: bool = False

    def needed(self, members: int) -> int:
        """How many of ``members`` must be present, rounded up: 9 of 13 for two thirds."""
        return math.ceil(self.share * members)


@dataclass(frozen=True, slots=True)
class Majority:
    """The share of ``of`` that carries a dossier: more than ``share`` when ``strict``, else at least it."""

    share: Fraction = Fraction(1, 2)
    strict: bool = True
    of: Base = Base.PRESENT
    verified: bool = False

    def needed(self, base: int) -> int:
        """The least votes in favour out of ``base``: 6 of 11 and 6 of 10 for more than half."""
        exact = self.share * base
        return math.floor(exact) + 1 if self.strict else math.ceil(exact)


@dataclass(frozen=True, slots=True)
class MeetingRule:
    """Quorum and majority of one kind, and what the kind's words for a result amount to.

    A word that is not in ``results`` belongs to another kind of the same meeting and is not weighed here.
    """

    quorum: Quorum = Quorum()
    majority: Majority = Majority()
    results: Mapping[str, Result] = field(default_factory=lambda: {str(result): result for result in Result})

    @property
    def verified(self) -> bool:
        """Whether both come from a text that somebody has read."""
        return self.quorum.verified and self.majority.verified

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> MeetingRule:
        """The rule in a kind's data; what is missing takes the defaults above.

        ``quorum`` has ``share`` and ``verified``; ``majority`` also ``strict`` and ``of``; ``results`` maps the kind's
        words to those of `Result`. A bare share (``"2/3"``) stands for its mapping. Raises InvalidInput
        (``meeting_rule_invalid``) for a share outside 0 to 1, an unknown base or an unknown result.
        """
        quorum, majority = _mapping(data.get("quorum")), _mapping(data.get("majority"))
        words = data.get("results") or {str(result): result for result in Result}
        try:
            base = Base(str(majority.get("of", Base.PRESENT)))
            results = {str(word): Result(str(result)) for word, result in _mapping(words).items()}
        except ValueError as error:
            raise InvalidInput("meeting_rule_invalid", field="meeting", value=str(error)) from None
        return cls(
            Quorum(_share(quorum, "quorum", Quorum().share), quorum.get("verified") is True),
            Majority(
                _share(majority, "majority", Majority().share),
                majority.get("strict", True) is True,
                base,
                majority.get("verified") is True,
            ),
            results,
        )


def _mapping(value: object) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return value
    return {} if value is None else {"share": value}


def _share(data: Mapping[str, object], name: str, default: Fraction) -> Fraction:
    value = data.get("share", default)
    try:
        share = value if isinstance(value, Fraction) else Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise InvalidInput("meeting_rule_invalid", field=f"{name}.share", value=value) from None
    if not 0 <= share <= 1:
        raise InvalidInput("meeting_rule_invalid", field=f"{name}.share", value=value)
    return share


# --- the minutes ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """What the minutes say on one dossier; members present whom it does not count had another opinion."""

    dossier: str
    in_favour: int
    against: int
    other: int
    not_voting: int
    result: str

    @property
    def votes(self) -> int:
        """Votes of every sort, without those who did not vote (a member on its own unit)."""
        return self.in_favour + self.against + self.other


@dataclass(frozen=True, slots=True)
class Meeting:
    """The countable part of minutes. ``chair_present``: whoever chaired is named among those present."""

    members_total: int
    present: int
    items: tuple[Item, ...]
    chair_present: bool = True

    def base(self, item: Item, of: Base) -> int:
        """The number a majority on this dossier is a share of."""
        if of is Base.MEMBERS:
            return self.members_total
        return self.present - item.not_voting if of is Base.VOTING else self.present


@dataclass(frozen=True, slots=True)
class MeetingFault:
    """Something in the minutes that cannot be. ``dossier``: its number, None for the meeting as a whole."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    dossier: str | None = None
    path: str = ""

    @property
    def message(self) -> str:
        """Key of the sentence that says it."""
        return f"meeting.{self.code}"


def check_minutes(document: Mapping[str, object], rule: MeetingRule) -> tuple[MeetingFault, ...]:
    """Everything that does not hold in minutes of the shape written at `meeting_from_document`.

    A meeting without its quorum gives that fault once, and no majority in it is weighed.
    """
    meeting, malformed = meeting_from_document(document)
    if meeting is None:
        return malformed
    whole = tuple(_meeting_faults(meeting, rule))
    has_quorum = not any(fault.code == "no_quorum" for fault in whole)
    per_item = (
        fault
        for index, item in enumerate(meeting.items)
        for fault in _item_faults(meeting, item, f"/items/{index}", rule, weigh=has_quorum)
    )
    return (*whole, *per_item)


def _meeting_faults(meeting: Meeting, rule: MeetingRule) -> Iterator[MeetingFault]:
    facts = {"members_total": meeting.members_total, "present": meeting.present}
    if meeting.members_total < 1:
        yield MeetingFault("no_members", facts, path="/members_total")
    if meeting.present > meeting.members_total:
        yield MeetingFault("present_exceed_members", facts, path="/attendance")
    needed = rule.quorum.needed(meeting.members_total)
    if meeting.present < needed:
        missing = needed - meeting.present
        yield MeetingFault("no_quorum", {**facts, "needed": needed, "missing": missing}, path="/attendance")
    if not meeting.chair_present:
        yield MeetingFault("chair_absent", path="/chair_office")
    if not meeting.items:
        yield MeetingFault("no_items", path="/items")
    times = Counter(item.dossier for item in meeting.items)
    for index, item in enumerate(meeting.items):
        if times[item.dossier] > 1:
            yield MeetingFault("duplicate_item", {"dossier": item.dossier}, item.dossier, f"/items/{index}")


def _item_faults(meeting: Meeting, item: Item, path: str, rule: MeetingRule, *, weigh: bool) -> Iterator[MeetingFault]:
    base = meeting.base(item, rule.majority.of)
    needed = rule.majority.needed(base)
    facts: dict[str, object] = {
        "dossier": item.dossier,
        "in_favour": item.in_favour,
        "against": item.against,
        "present": meeting.present,
        "counted": item.votes + item.not_voting,
        "base": base,
        "needed": needed,
        "missing": max(needed - item.in_favour, 0),
    }

    def fault(code: str) -> MeetingFault:
        return MeetingFault(code, facts, item.dossier, path)

    if item.votes + item.not_voting > meeting.present:
        yield fault("votes_exceed_present")
    if not weigh:
        return
    carried = item.in_favour >= needed
    result = rule.results.get(item.result)
    if result is Result.PROPOSE and not carried:
        yield fault("tied_vote" if item.in_favour == item.against else "no_majority")
    if result is Result.NOT_PROPOSE and carried:
        yield fault("result_against_vote")


# --- from the paper ------------------------------------------------------------------------------


def meeting_from_document(
    document: Mapping[str, object],
) -> tuple[Meeting | None, tuple[MeetingFault, ...]]:
    """The countable part of a paper ``hoso:common/minutes``; None, with its faults of form, when it has any.

    Read are ``members_total``, ``chair_office``, of ``attendance`` each ``office`` and ``present``, of ``items`` each
    ``dossier``, ``votes_for``, ``votes_against``, ``votes_other``, ``not_voting`` and ``result``. The paper's JSON
    Schema says faults of form first in ordinary use.
    """
    faults: list[MeetingFault] = []
    members = _count(document, "members_total", faults, "")
    rows = _rows(document.get("attendance"))
    there = [_name(row.get("office")) for row in rows if row.get("present") is True]
    items = [_item(row, f"/items/{i}", faults) for i, row in enumerate(_rows(document.get("items")))]
    if members is None or faults:
        return None, tuple(faults)
    chair = _name(document.get("chair_office"))
    read = tuple(item for item in items if item is not None)
    return Meeting(members, len(there), read, chair_present=bool(chair) and chair in there), ()


def _name(office: object) -> str:
    """An office as it is compared: one space between words, case aside."""
    return " ".join(office.split()).casefold() if isinstance(office, str) else ""


def _item(row: Mapping[str, object], path: str, faults: list[MeetingFault]) -> Item | None:
    names = ("votes_for", "votes_against", "votes_other", "not_voting")
    counts = [_count(row, name, faults, path) for name in names]
    if None in counts:
        return None
    in_favour, against, other, not_voting = (count or 0 for count in counts)
    dossier, result = str(row.get("dossier", "")), str(row.get("result", ""))
    return Item(dossier, in_favour, against, other, not_voting, result)


def _count(row: Mapping[str, object], name: str, faults: list[MeetingFault], path: str) -> int | None:
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000:
        return value
    faults.append(MeetingFault("not_a_count", {"field": name}, path=f"{path}/{name}"))
    return None


def _rows(value: object) -> Sequence[Mapping[str, object]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []
