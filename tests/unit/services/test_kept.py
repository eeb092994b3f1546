"""What is kept under an idempotency key comes back as it was said."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from workflow.domain.actors import Role
from workflow.domain.guards import Refusal
from workflow.services.engine import Receipt
from workflow.services.kept import keep_refusal, refusal_of

AT = datetime(2026, 1, 17, 16, 59, 59, tzinfo=UTC)

REFUSAL = Refusal(
    "guard.below_threshold",
    {
        "paper": "Bảng đánh giá",
        "total": Decimal("64.5"),
        "count": 3,
        "on": date(2026, 1, 18),
        "since": AT,
        "role": Role.UNIT,
        "is_late": True,
        "missing": None,
        "criteria": ("1.3", ("2.1", date(2026, 1, 1))),
    },
    cleared_by=Role.COMMUNE_POLICE,
    until=AT,
    source="kh-vinh-phong-2026#IV.1",
    paper="assessment_sheet",
    path="/rows/3",
)


@pytest.mark.parametrize("refusal", [REFUSAL, Refusal("guard.reason")])
def test_a_refusal_comes_back_through_json_as_it_was(refusal: Refusal) -> None:
    assert refusal_of(json.loads(json.dumps(keep_refusal(refusal)))) == refusal


def test_what_has_no_json_is_kept_as_text() -> None:
    kept = refusal_of(keep_refusal(Refusal("x", {"share": 1.5, "names": ["a"]})))
    assert kept.facts == {"share": "1.5", "names": ("a",)}


def test_something_else_is_no_refusal() -> None:
    with pytest.raises(TypeError):
        refusal_of("guard.reason")


def test_a_receipt_comes_back_with_its_warnings() -> None:
    receipt = Receipt("d-1", "2026-DH-0001", "assessed", 7, 42, AT, late=True, act_id="a-1", warnings=(REFUSAL,))
    assert Receipt.from_answer(json.loads(json.dumps(receipt.as_answer()))) == receipt
