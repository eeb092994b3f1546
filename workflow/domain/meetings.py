"""Meeting arithmetic: quorum, votes and majority in the minutes of a commune meeting.

The seeds name neither members nor shares (seeds.md 3a, "Seeds silent"), so quorum and majority are data of
the kind and unverified: by default at least 2/3 of the members present, and more than half of those present
in favour. Shares are exact fractions. Results: ``propose`` (đề nghị), ``not_propose`` (không đề nghị),
``leave`` (để lại).

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
    """What the meeting concluded on one dossier."""

    PROPOSE = "propose"
    NOT_PROPOSE = "not_propose"
    LEAVE = "leave"


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
    """The share in favour that carries a dossier: more than ``share`` (``strict``), or at least it, of
    ``of``.
    """

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
    """Quorum and majority of one kind of meeting."""

    quorum: Quorum = Quorum()
    majority: Majority = Majority()

    @property
    def verified(self) -> bool:
        """Whether both come from a text that somebody has read."""
        return self.quorum.verified and self.majority.verified

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> MeetingRule:
        """The rule in a kind's data.

        ``{"quorum": {"share", "verified"}, "majority": {"share", "strict", "of", "verified"}}``; a bare share
        (``"2/3"``) stands for its mapping; what is missing takes the defaults above. Raises InvalidInput
        (``meeting_rule_invalid``) for a share outside 0…1 or an unknown base.
        """
        quorum, majority = _mapping(data.get("quorum")), _mapping(data.get("majority"))
        try:
            base = Base(str(majority.get("of", Base.PRESENT)))
        except ValueError:
            raise InvalidInput("meeting_rule_invalid", field="majority.of", value=majority["of"]) from None
        return cls(
            Quorum(_share(quorum, "quorum", Quorum().share), quorum.get("verified") is True),
            Majority(
                _share(majority, "majority", Majority().share),
                majority.get("strict", True) is True,
                base,
                majority.get("verified") is True,
            ),
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
    """What the minutes say on one dossier. Members who neither voted nor abstained count as of another
    opinion.
    """

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
    """The countable part of minutes. ``chairs``: how many present members chaired (it should be one)."""

    members_total: int
    present: int
    items: tuple[Item, ...]
    chairs: int = 1

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
        for fault in _item_faults(meeting, item, f"/items/{index}", rule.majority, weigh=has_quorum)
    )
    return (*malformed, *whole, *per_item)


def _meeting_faults(meeting: Meeting, rule: MeetingRule) -> Iterator[MeetingFault]:
    facts = {"members_total": meeting.members_total, "present": meeting.present}
    if meeting.members_total < 1:
        yield MeetingFault("no_members", facts, path="/members_total")
    if meeting.present > meeting.members_total:
        yield MeetingFault("present_exceed_members", facts, path="/present")
    needed = rule.quorum.needed(meeting.members_total)
    if meeting.present < needed:
        missing = needed - meeting.present
        yield MeetingFault("no_quorum", {**facts, "needed": needed, "missing": missing}, path="/present")
    if meeting.chairs != 1:
        yield MeetingFault("no_chair" if not meeting.chairs else "several_chairs", path="/attendance")
    if not meeting.items:
        yield MeetingFault("no_items", path="/items")
    times = Counter(item.dossier for item in meeting.items)
    for index, item in enumerate(meeting.items):
        if times[item.dossier] > 1:
            yield MeetingFault("duplicate_item", {"dossier": item.dossier}, item.dossier, f"/items/{index}")


def _item_faults(
    meeting: Meeting, item: Item, path: str, majority: Majority, *, weigh: bool
) -> Iterator[MeetingFault]:
    base = meeting.base(item, majority.of)
    needed = majority.needed(base)
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
    if item.result not in list(Result):
        yield fault("unknown_result")
    if not weigh:
        return
    carried = item.in_favour >= needed
    if item.result == Result.PROPOSE and not carried:
        yield fault("tied_vote" if item.in_favour == item.against else "no_majority")
    if item.result == Result.NOT_PROPOSE and carried:
        yield fault("result_against_vote")


# --- from the paper ------------------------------------------------------------------------------


def meeting_from_document(document: Mapping[str, object]) -> tuple[Meeting | None, tuple[MeetingFault, ...]]:
    """The countable part of the paper ``minutes``, and the faults of its form; None when too little can be
    read.

    ``{"members_total": 13, "present": 11, "attendance": [{"office", "duty": "chair", "present": true}, …],
    "items": [{"dossier", "in_favour", "against", "other", "not_voting", "result"}]}``. ``present`` may be
    left out where every member is listed in ``attendance``; given both, they must agree. Counts left out are
    zero.
    """
    faults: list[MeetingFault] = []
    attendance = [row for row in _rows(document.get("attendance")) if row.get("present") is not False]
    present = _count(document, "present", faults, "") if "present" in document else len(attendance)
    members = _count(document, "members_total", faults, "")
    listed = _rows(document.get("items"))
    items = [_item(row, f"/items/{index}", faults) for index, row in enumerate(listed)]
    if present is None or members is None or None in items:
        return None, tuple(faults)
    if attendance and len(attendance) != present:
        faults.append(MeetingFault("attendance_differs", {"present": present, "listed": len(attendance)}))
    chairs = sum(row.get("duty") == "chair" for row in attendance) if attendance else 0
    read = tuple(item for item in items if item is not None)
    return Meeting(members, present, read, chairs), tuple(faults)


def _item(row: Mapping[str, object], path: str, faults: list[MeetingFault]) -> Item | None:
    names = ("in_favour", "against", "other", "not_voting")
    counts = [_count(row, name, faults, path, default=0) for name in names]
    in_favour, against, other, not_voting = (count or 0 for count in counts)
    if None in counts:
        return None
    dossier, result = str(row.get("dossier", "")), str(row.get("result", ""))
    return Item(dossier, in_favour, against, other, not_voting, result)


def _count(
    row: Mapping[str, object], name: str, faults: list[MeetingFault], path: str, default: int | None = None
) -> int | None:
    value = row.get(name, default)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000:
        return value
    faults.append(MeetingFault("not_a_count", {"field": name}, path=f"{path}/{name}"))
    return None


def _rows(value: object) -> Sequence[Mapping[str, object]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []
