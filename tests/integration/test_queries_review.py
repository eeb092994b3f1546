"""Results of several years: what counts, in which year, for whom; on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.reading import ADMIN, NOW, POLICE, PROVINCE, UNIT, organisation_row, write, write_organisations
from workflow.domain.errors import InvalidInput, NotAllowed
from workflow.queries.review import YearsLine, review
from workflow.storage.database import Database
from workflow.storage.tables import LEDGER


def row(entry_id: str, **changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": entry_id,
        "province_id": "tinh",
        "commune_id": "xa",
        "subject_id": entry_id,
        "subject_kind": "co_quan",
        "kind": "dien_hinh",
        "cycle": 2026,
        "result": "dien_hinh",
        "label": "Công nhận điển hình",
        "number": f"{entry_id}/QĐ",
        "decided_on": "2026-10-01",
        "authority": "UBND tỉnh",
        "source": "entered",
        "recorded_at": NOW,
        "entered_by": "p-1",
        "dossier_id": None,
        "paper_digest": None,
        "confirmed_by": "p-2",
        "confirmed_at": NOW,
        "standing": 1,
        "ended_on": None,
        "ended_by": None,
    }
    return plain | changes


@pytest.fixture
def years(database: Database) -> Database:
    write_organisations(
        database,
        organisation_row("xa", "Xã Một", kind="xa", commune_id=None),
        organisation_row("xa-2", "Xã Hai", kind="xa", commune_id=None),
    )
    ended = {"standing": 0, "ended_on": "2026-12-01"}
    write(
        database,
        LEDGER,
        [
            row("a", cycle=2024),
            row("b", cycle=2025, subject_kind="co_so_giao_duc"),
            row("c", cycle=2025, commune_id="xa-2"),
            row("d"),
            row("not-kept-up", dossier_id="h-1", ended_by="h-9", **ended),
            row("cancelled", dossier_id="h-2", ended_by="h-2", **ended),
            row("unconfirmed", confirmed_by=None, confirmed_at=None),
            row("other-kind", kind="phan_loai", result="kha"),
            row("too-early", cycle=2019),
            row("abroad", province_id="tinh-2", commune_id="xa-9"),
        ],
    )
    return database


def test_results_count_in_their_year_and_cancelled_ones_not(years: Database) -> None:
    found = review(years, PROVINCE, "dien_hinh", first=2024, last=2026)
    assert (found.years, found.whole.counts, found.whole.change) == ((2024, 2025, 2026), (1, 2, 2), 0)
    assert found.by_result == (YearsLine("dien_hinh", (1, 2, 2)),)
    assert found.by_subject == (YearsLine("co_quan", (1, 1, 2)), YearsLine("co_so_giao_duc", (0, 1, 0)))
    assert found.by_commune == (YearsLine("xa", (1, 1, 2), "Xã Một"), YearsLine("xa-2", (0, 1, 0), "Xã Hai"))
    assert [line.change for line in found.by_commune] == [1, -1]


def test_a_commune_looks_back_on_itself_alone(years: Database) -> None:
    found = review(years, POLICE, "dien_hinh", first=2024, last=2026)
    assert [line.code for line in found.by_commune] == ["xa"]
    assert found.whole.counts == (1, 1, 2)


def test_a_single_year_has_none_to_compare_with(years: Database) -> None:
    found = review(years, PROVINCE, "phan_loai", first=2026, last=2026)
    assert (found.whole.counts, found.whole.change) == ((1,), 0)


@pytest.mark.parametrize("actor", [UNIT, ADMIN])
def test_it_is_for_officers(years: Database, actor: Any) -> None:
    with pytest.raises(NotAllowed) as refused:
        review(years, actor, "dien_hinh", first=2024, last=2026)
    assert refused.value.code == "review_role"


@pytest.mark.parametrize(("first", "last"), [(2026, 2025), (2000, 2026)])
def test_years_that_run_backwards_or_too_far_are_refused(years: Database, first: int, last: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        review(years, PROVINCE, "dien_hinh", first=first, last=last)
    assert refused.value.code == "review_years"
