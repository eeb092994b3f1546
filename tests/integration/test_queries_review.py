"""Results of several years: what counts, in which year, for whom; on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.reading import (
    ADMIN,
    POLICE,
    PROVINCE,
    UNIT,
    ledger_row,
    organisation_row,
    write,
    write_organisations,
)
from workflow.domain.errors import InvalidInput, NotAllowed
from workflow.queries.review import YearsLine, review
from workflow.storage.database import Database
from workflow.storage.tables import LEDGER


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
            ledger_row("a", subject_id="a", cycle=2024),
            ledger_row("b", subject_id="b", cycle=2025, subject_kind="co_so_giao_duc"),
            ledger_row("c", subject_id="c", cycle=2025, commune_id="xa-2"),
            ledger_row("d", subject_id="d"),
            ledger_row("not-kept-up", subject_id="not-kept-up", dossier_id="h-1", ended_by="h-9", **ended),
            ledger_row("cancelled", subject_id="cancelled", dossier_id="h-2", ended_by="h-2", **ended),
            ledger_row("unconfirmed", subject_id="unconfirmed", confirmed_by=None, confirmed_at=None),
            ledger_row("other-kind", subject_id="other-kind", kind="phan_loai", result="kha"),
            ledger_row("too-early", subject_id="too-early", cycle=2019),
            ledger_row("abroad", subject_id="abroad", province_id="tinh-2", commune_id="xa-9"),
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
