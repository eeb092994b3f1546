"""Meetings: quorum, votes and majority in the minutes, and the sentence for each fault."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.domain.errors import InvalidInput
from workflow.domain.meetings import (
    Base,
    Majority,
    MeetingFault,
    MeetingRule,
    Quorum,
    Result,
    check_minutes,
)
from workflow.wording import Wording

RULE = MeetingRule()


def item(dossier: str = "DH-1", votes: tuple[int, int, int, int] = (11, 0, 0, 0), result: str = "propose") -> Any:
    names = ("votes_for", "votes_against", "votes_other", "not_voting")
    return {"dossier": dossier, **dict(zip(names, votes, strict=True)), "result": result}


def minutes(*items: Any, members: int = 13, present: int = 11, chair: str = "Chủ tịch UBND xã") -> dict[str, Any]:
    attendance = [{"office": f"Thành viên {n}", "present": n < present} for n in range(1, members)]
    return {
        "members_total": members,
        "chair_office": chair,
        "attendance": [{"office": "Chủ tịch UBND xã", "present": present > 0}, *attendance],
        "items": list(items),
    }


def codes(found: tuple[MeetingFault, ...]) -> list[tuple[str, str | None]]:
    return [(fault.code, fault.dossier) for fault in found]


# --- shares --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("members", "needed"), [(1, 1), (2, 2), (3, 2), (12, 8), (13, 9), (14, 10), (15, 10)])
def test_quorum_of_two_thirds_rounds_up(members: int, needed: int) -> None:
    assert Quorum().needed(members) == needed


@pytest.mark.parametrize(
    ("majority", "base", "needed"),
    [
        (Majority(), 11, 6),
        (Majority(), 10, 6),
        (Majority(), 1, 1),
        (Majority(), 0, 1),
        (Majority(Fraction(2, 3), strict=False), 9, 6),
        (Majority(Fraction(2, 3), strict=False), 10, 7),
        (Majority(Fraction(2, 3)), 9, 7),
        (Majority(Fraction(9, 10), strict=False), 11, 10),
    ],
)
def test_majority_is_counted_exactly(majority: Majority, base: int, needed: int) -> None:
    assert majority.needed(base) == needed


@given(st.integers(0, 500), st.fractions(0, 1), st.booleans())
def test_the_needed_votes_are_the_least_that_carry(base: int, share: Fraction, strict: bool) -> None:
    needed = Majority(share, strict).needed(base)

    def carries(votes: int) -> bool:
        return votes > share * base if strict else votes >= share * base

    assert carries(needed)
    assert not carries(needed - 1)


# --- minutes -------------------------------------------------------------------------------------


def test_minutes_that_hold_have_no_fault() -> None:
    document = minutes(
        item("DH-1"),
        item("DH-2", (10, 0, 0, 1)),
        item("DH-9", (5, 4, 2, 0), "not_propose"),
        item("DH-10", (9, 1, 1, 0), "postpone"),
    )
    assert check_minutes(document, RULE) == ()


def test_members_not_counted_have_another_opinion() -> None:
    assert check_minutes(minutes(item(votes=(8, 0, 0, 0))), RULE) == ()


def test_every_fault_of_minutes_is_said_at_once() -> None:
    document = minutes(
        item("DH-1", (5, 4, 2, 0)),
        item("DH-1", (6, 5, 0, 0)),
        item("DH-2", (11, 1, 0, 0)),
        item("DH-3", (6, 5, 0, 0), "not_propose"),
        item("DH-4", (5, 5, 0, 1)),
        chair="Phó Chủ tịch UBND xã",
    )
    assert codes(check_minutes(document, RULE)) == [
        ("chair_absent", None),
        ("duplicate_item", "DH-1"),
        ("duplicate_item", "DH-1"),
        ("no_majority", "DH-1"),
        ("votes_exceed_present", "DH-2"),
        ("result_against_vote", "DH-3"),
        ("tied_vote", "DH-4"),
    ]


def test_without_quorum_no_vote_is_weighed() -> None:
    document = minutes(item(votes=(2, 6, 0, 0)), item("DH-2", (9, 0, 0, 0)), present=8)
    found = check_minutes(document, RULE)
    assert codes(found) == [("no_quorum", None), ("votes_exceed_present", "DH-2")]
    assert found[0].facts == {"members_total": 13, "present": 8, "needed": 9, "missing": 1}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (minutes(), "no_items"),
        ({**minutes(item(votes=(1, 0, 0, 0)), members=1, present=1), "members_total": 0}, "present_exceed_members"),
        ({**minutes(item(votes=(0, 0, 0, 0), result="postpone")), "members_total": 0}, "no_members"),
        ({**minutes(item()), "members_total": 5}, "present_exceed_members"),
        ({**minutes(item()), "chair_office": ""}, "chair_absent"),
        ({**minutes(item()), "chair_office": None}, "chair_absent"),
    ],
)
def test_a_meeting_that_cannot_be_is_refused(document: dict[str, Any], code: str) -> None:
    assert code in {fault.code for fault in check_minutes(document, RULE)}


def test_the_chair_is_found_whatever_the_spacing_and_case() -> None:
    assert check_minutes(minutes(item(), chair=" chủ tịch  UBND xã "), RULE) == ()


@pytest.mark.parametrize("wrong", [-1, 1.0, "3", True, None, 10**7])
def test_a_count_that_is_none_is_named_with_its_place(wrong: object) -> None:
    document = minutes({**item(), "votes_other": wrong}, {**item("DH-2"), "votes_for": wrong})
    assert [(f.code, f.path) for f in check_minutes({**document, "members_total": wrong}, RULE)] == [
        ("not_a_count", "/members_total"),
        ("not_a_count", "/items/0/votes_other"),
        ("not_a_count", "/items/1/votes_for"),
    ]


@pytest.mark.parametrize("junk", [{}, {"members_total": 3, "items": 7, "attendance": "x"}, {"items": [7, None]}])
def test_any_document_gets_an_answer(junk: dict[str, Any]) -> None:
    assert check_minutes(junk, RULE) != ()


@pytest.mark.parametrize(
    ("of", "votes", "carried"),
    [
        (Base.PRESENT, (6, 0, 0, 5), True),
        (Base.PRESENT, (5, 0, 0, 6), False),
        (Base.VOTING, (3, 2, 0, 6), True),
        (Base.MEMBERS, (6, 0, 0, 0), False),
        (Base.MEMBERS, (7, 0, 0, 0), True),
    ],
)
def test_the_majority_may_be_of_those_present_voting_or_all(
    of: Base, votes: tuple[int, int, int, int], carried: bool
) -> None:
    found = check_minutes(minutes(item(votes=votes)), MeetingRule(majority=Majority(of=of)))
    assert (found == ()) is carried


def test_a_kind_says_what_its_own_words_amount_to() -> None:
    rule = MeetingRule.from_data({"results": {"kept": "propose", "lost": "not_propose"}})
    document = minutes(
        item("DT-1", (5, 6, 0, 0), "kept"),
        item("DT-2", (9, 2, 0, 0), "lost"),
        item("DT-3", (2, 9, 0, 0), "lost"),
        item("DH-1", (1, 10, 0, 0), "propose"),
    )
    assert codes(check_minutes(document, rule)) == [("no_majority", "DT-1"), ("result_against_vote", "DT-2")]


@given(st.integers(0, 15), st.integers(0, 15), st.integers(0, 5), st.integers(0, 5), st.sampled_from(list(Result)))
def test_a_result_stands_exactly_when_the_vote_bears_it(
    in_favour: int, against: int, other: int, not_voting: int, result: Result
) -> None:
    found = check_minutes(minutes(item(votes=(in_favour, against, other, not_voting), result=result)), RULE)
    possible = in_favour + against + other + not_voting <= 11
    borne = {Result.PROPOSE: in_favour >= 6, Result.NOT_PROPOSE: in_favour < 6, Result.POSTPONE: True}[result]
    assert (found == ()) is (possible and borne)


# --- the rule as data ----------------------------------------------------------------------------


def test_the_default_rule_is_unverified() -> None:
    assert MeetingRule.from_data({}) == RULE
    assert not RULE.verified


def test_a_rule_is_read_from_the_data_of_a_kind() -> None:
    rule = MeetingRule.from_data(
        {
            "quorum": {"share": "3/4", "verified": True},
            "majority": {"share": "2/3", "strict": False, "of": "members", "verified": True},
        }
    )
    assert (rule.quorum, rule.majority) == (
        Quorum(Fraction(3, 4), verified=True),
        Majority(Fraction(2, 3), strict=False, of=Base.MEMBERS, verified=True),
    )
    assert rule.verified
    assert MeetingRule.from_data({"quorum": "1/2"}).quorum.share == Fraction(1, 2)


@pytest.mark.parametrize(
    "data",
    [
        {"quorum": "3/2"},
        {"quorum": "-1/2"},
        {"quorum": {"share": "half"}},
        {"majority": {"share": "1/0"}},
        {"majority": {"of": "dogs"}},
        {"results": {"kept": "maybe"}},
        {"results": ["kept"]},
    ],
)
def test_a_rule_that_cannot_be_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        MeetingRule.from_data(data)
    assert refused.value.code == "meeting_rule_invalid"


# --- words ---------------------------------------------------------------------------------------


def test_a_failed_and_a_tied_vote_are_explained() -> None:
    wording = Wording()
    failed, tied = check_minutes(minutes(item("09", (5, 4, 2, 0)), item("10", (5, 5, 1, 0))), RULE)
    assert wording.say(failed.message, **failed.facts) == (
        "Hồ sơ 09 có 5 phiếu tán thành, cần từ 6 phiếu trên 11. "
        "Thiếu 1 phiếu so với mức đạt nên không ghi là đề nghị được."
    )
    assert wording.say(tied.message, **tied.facts) == (
        "Hồ sơ 10 có 5 phiếu tán thành và 5 phiếu không tán thành. Số phiếu ngang nhau thì chưa đạt mức 6 phiếu; "
        "cuộc họp có thể để lại hoặc không đề nghị."
    )
