"""The 12/12 report as it is read: from the books as they stand, from what was filed, on both databases."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.definitions.shipped import kind as shipped_kind
from tests.support.played import played
from tests.support.reading import (
    ADMIN,
    DAY,
    NOW,
    POLICE,
    PROVINCE,
    PROVINCE_COMMITTEE,
    UNIT,
    dossier_row,
    organisation_row,
    write,
    write_dossiers,
    write_organisations,
)
from tests.support.told import COMMUNE, ToldHouse
from workflow.domain import events as ev
from workflow.domain.actors import Role
from workflow.domain.calendars import day_end, day_start
from workflow.domain.dossier import Dossier, Step
from workflow.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, TransitionRefused
from workflow.domain.filed_report import FiledReport, to_document
from workflow.domain.yearly_report import LISTS, yearly_report
from workflow.queries.reports import ResultsReport, results_report
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.reports import report_facts
from workflow.storage.tables import CYCLE, DEADLINE, FREE_TEXT, LEDGER
from workflow.storage.unit_of_work import SqlUnitOfWork

KIND = shipped_kind("dien_hinh")


def ledger_row(entry: str, subject: str, **changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": entry,
        "province_id": "tinh",
        "commune_id": "xa",
        "subject_id": subject,
        "subject_kind": "co_quan",
        "kind": "dien_hinh",
        "cycle": 2026,
        "result": "dien_hinh",
        "label": "Công nhận điển hình",
        "number": f"{entry}/QĐ",
        "decided_on": "2026-10-01",
        "authority": "UBND tỉnh",
        "source": "dossier",
        "recorded_at": NOW,
        "entered_by": "p",
        "dossier_id": f"d-{entry}",
        "paper_digest": None,
        "confirmed_by": "p",
        "confirmed_at": NOW,
        "standing": 1,
        "ended_on": None,
        "ended_by": None,
    }
    return row | changes


def upkeep_row(entry: str, subject: str, meaning: str, cycle: int = 2026, **changes: Any) -> dict[str, Any]:
    return dossier_row(
        id=f"u-{entry}-{cycle}",
        kind="duy_tri",
        cycle=cycle,
        subject_id=subject,
        origin_id=entry,
        meaning=meaning,
        state=meaning,
        holder="commune_police" if meaning == "open" else None,
        **changes,
    )


def body(**values: Any) -> bytes:
    return codec.pack_dossier(Dossier(**values))


def ended_with(text_id: str) -> bytes:
    """A dossier whose last step has these words."""
    step = Step(
        seq=2,
        at=datetime(2026, 12, 8, tzinfo=UTC),
        trigger="record_meeting",
        source="owed",
        target="not_maintained",
        authority=Role.COMMUNE_COMMITTEE,
        role=Role.COMMUNE_COMMITTEE,
        person_id="p",
        reason=ev.TextRef(text_id, "0" * 64),
    )
    return body(steps=[step])


@pytest.fixture
def books(database: Database) -> Database:
    """A commune with one unit for every list of the report."""
    names = ("moi", "giu", "thoi", "no", "bo", "huy", "cho", "rut", "khac")
    write_organisations(
        database,
        organisation_row("xa", "Xã Vĩnh Phong", kind="xa", commune_id=None),
        organisation_row("phuong", "Phường Bình An", kind="phuong", commune_id=None),
        organisation_row("xa-cu", "Xã cũ", kind="xa", commune_id=None, valid_to="2025-06-30"),
        *(organisation_row(f"s-{name}", f"Đơn vị {name}") for name in names),
    )
    earlier = {"cycle": 2025, "decided_on": "2025-10-01", "source": "entered", "dossier_id": None}
    old = {"cycle": 2024, "decided_on": "2024-10-01", "source": "entered", "dossier_id": None}
    write(
        database,
        LEDGER,
        [
            ledger_row("moi", "s-moi"),
            ledger_row("giu", "s-giu", **earlier),
            ledger_row("thoi", "s-thoi", **earlier, standing=0, ended_on="2026-12-08", ended_by="u-thoi-2026"),
            ledger_row("no", "s-no", **earlier),
            ledger_row("bo", "s-bo", **old),
            ledger_row("huy", "s-huy", standing=0, ended_on="2026-11-05", ended_by="d-huy"),
            ledger_row("cho", "s-cho", **earlier, confirmed_by=None, confirmed_at=None),
            ledger_row("khac", "s-khac", commune_id="phuong"),
            ledger_row("loai", "s-moi", kind="phan_loai", result="xuat_sac"),
        ],
    )
    closed = codec.micros(datetime(2025, 12, 31, 10, tzinfo=UTC))
    write_dossiers(
        database,
        upkeep_row("giu", "s-giu", "positive"),
        upkeep_row("thoi", "s-thoi", "negative", body=ended_with("t-1")),
        upkeep_row("no", "s-no", "open"),
        upkeep_row("bo", "s-bo", "void", 2025, updated_at=closed),
        upkeep_row("bo", "s-bo", "positive", 2026),
        dossier_row(id="d-moi", kind="dien_hinh", subject_id="s-moi", meaning="positive", holder=None),
        dossier_row(id="d-huy", kind="dien_hinh", subject_id="s-huy", meaning="void", body=body(pinned=True)),
        dossier_row(id="d-rut", kind="dien_hinh", subject_id="s-rut", meaning="void", body=body(pinned=True)),
        dossier_row(id="d-nhap", kind="dien_hinh", subject_id="s-bo", meaning="void", body=body(pinned=False)),
        dossier_row(id="d-draft", kind="dien_hinh", subject_id="s-no", meaning="draft", holder="unit"),
    )
    write(database, FREE_TEXT, [_text("t-1", "Có vụ việc nghiêm trọng.")])
    write(database, CYCLE, [_cycle(2025, closed), _cycle(2026, None)])
    return database


def _text(text_id: str, words: str) -> dict[str, Any]:
    return {
        "id": text_id,
        "dossier_id": None,
        "salt": "",
        "digest": "0" * 64,
        "body": words,
        "anonymised_at": None,
    }


def _cycle(year: int, closed: int | None) -> dict[str, Any]:
    return {"province_id": "tinh", "kind": "dien_hinh", "cycle": year, "opened_at": NOW - DAY, "closed_at": closed}


def told_of(report: ResultsReport) -> dict[str, list[str]]:
    made = report.parts[0].report
    assert made is not None
    return {
        name: [line.name.removeprefix("Đơn vị ") for line in getattr(made, name)]
        for name in LISTS
        if getattr(made, name)
    }


def test_report_is_gathered_from_the_books(books: Database) -> None:
    report = results_report(books, POLICE, KIND, 2026)
    assert told_of(report) == {
        "new": ["moi"],
        "maintained": ["bo", "giu"],
        "not_maintained": ["thoi"],
        "owed": ["no"],
        "not_assessed_before": ["bo"],
        "cancelled": ["huy"],
    }
    made = report.parts[0].report
    assert made is not None
    assert made.not_maintained[0].reason == "Có vụ việc nghiêm trọng."
    assert made.registered == ("s-huy", "s-moi", "s-rut")
    assert [(figure.count, figure.of) for figure in report.figures.values()] == [
        (1, 3),
        (2, 4),
        (1, 4),
        (1, 4),
        (0, 4),
        (1, 1),
    ]
    assert (report.commune_id, report.window.first, report.window.last) == (
        "xa",
        date(2025, 12, 11),
        date(2026, 12, 10),
    )


def test_unconfirmed_result_is_not_counted_until_it_is(books: Database) -> None:
    assert "s-cho" not in str(results_report(books, POLICE, KIND, 2026))


def test_window_is_the_provinces_own(books: Database) -> None:
    dates = {"province_id": "tinh", "kind": "dien_hinh", "cycle": 2026, "code": "figures", "opens_after": None}
    opens, closes = codec.micros(day_start(date(2025, 12, 1))), codec.micros(day_end(date(2026, 9, 30)))
    write(books, DEADLINE, [dates | {"opens": opens, "due": None, "closes": closes}])
    report = results_report(books, POLICE, KIND, 2026)
    assert (report.window.first, report.window.last) == (date(2025, 12, 1), date(2026, 9, 30))
    assert "new" not in told_of(report)
    assert told_of(results_report(books, POLICE, KIND, 2027))["new"] == ["moi"]


def file_for(books: Database, commune_id: str, cycle: int = 2026, *, at: datetime) -> FiledReport:
    with SqlUnitOfWork(books) as uow:
        facts = uow.reports.facts(KIND, province_id="tinh", commune_id=commune_id, cycle=cycle)
        report = yearly_report(facts)
        document = json.dumps(to_document(report), ensure_ascii=False, sort_keys=True).encode()
        filed = FiledReport(
            id=f"r-{commune_id}-{cycle}",
            province_id="tinh",
            kind="dien_hinh",
            report=report,
            filed_at=at,
            filed_by="p-police",
            role=Role.COMMUNE_POLICE,
            late=True,
            digest=hashlib.sha256(document).hexdigest(),
            grant_id="g-1",
            signed=ev.SignedPaper("12/BC", "2026-12-11", "UBND xã", "Chủ tịch", ("ab" * 32,)),
        )
        uow.reports.add(filed, document=document)
        uow.commit()
    return filed


def test_filed_report_comes_back_as_it_was(books: Database) -> None:
    at = datetime(2026, 12, 12, 1, tzinfo=UTC)
    filed = file_for(books, "xa", at=at)
    with SqlUnitOfWork(books) as uow:
        kept = uow.reports.get(province_id="tinh", kind="dien_hinh", cycle=2026, commune_id="xa")
        assert kept == filed
        assert uow.reports.get(province_id="tinh", kind="dien_hinh", cycle=2027, commune_id="xa") is None


def test_report_is_filed_once(books: Database) -> None:
    at = datetime(2026, 12, 12, 1, tzinfo=UTC)
    file_for(books, "xa", at=at)
    with pytest.raises(Conflict, match="report_filed"):
        file_for(books, "xa", at=at)


def test_report_with_another_digest_is_not_kept(books: Database) -> None:
    filed = file_for(books, "xa", at=datetime(2026, 12, 12, 1, tzinfo=UTC))
    with SqlUnitOfWork(books) as uow, pytest.raises(InvalidInput, match="paper_digest"):
        uow.reports.add(filed, document=b"{}")


def test_what_changes_after_filing_stands_in_the_next_report(books: Database) -> None:
    at = datetime(2026, 12, 11, 1, tzinfo=UTC)
    file_for(books, "xa", at=at)
    write(
        books,
        LEDGER,
        [ledger_row("muon", "s-rut", decided_on="2026-12-09", recorded_at=codec.micros(at) + DAY, dossier_id="d-rut")],
    )
    assert "rut" not in str(told_of(results_report(books, POLICE, KIND, 2026)))
    assert "rut" not in str(told_of(results_report(books, POLICE, KIND, 2026, as_filed=False)))
    later = results_report(books, POLICE, KIND, 2027).parts[0].report
    assert later is not None
    assert [(line.entry_id, line.supplement) for line in later.new] == [("muon", True)]


def test_province_sums_what_was_filed_and_names_the_missing(books: Database) -> None:
    nothing = results_report(books, PROVINCE, KIND, 2026)
    assert [part.name for part in nothing.missing] == ["Phường Bình An", "Xã Vĩnh Phong"]
    assert nothing.figures["new"].count == 0
    assert not nothing.figures["new"].is_applicable
    file_for(books, "phuong", at=datetime(2026, 12, 11, 1, tzinfo=UTC))
    one = results_report(books, PROVINCE_COMMITTEE, KIND, 2026)
    assert ([part.name for part in one.missing], one.is_complete) == (["Xã Vĩnh Phong"], False)
    assert one.figures["new"].numerator == ("s-khac",)
    assert [part.filing is not None for part in one.parts] == [True, False]
    file_for(books, "xa", at=datetime(2026, 12, 11, 2, tzinfo=UTC))
    whole = results_report(books, PROVINCE, KIND, 2026)
    assert (whole.is_complete, whole.figures["new"].numerator) == (True, ("s-khac", "s-moi"))
    assert whole.figures["maintained"].of == 4


def test_report_is_read_by_its_commune_and_the_province_alone(books: Database) -> None:
    assert results_report(books, PROVINCE, KIND, 2026, "xa").parts[0].name == "Xã Vĩnh Phong"
    for actor, commune, error in (
        (POLICE, "phuong", NotFound),
        (PROVINCE, "xa-9", NotFound),
        (PROVINCE, "s-moi", NotFound),
        (replace(PROVINCE, province_id="tinh-2"), "xa", NotFound),
        (UNIT, None, NotAllowed),
        (ADMIN, None, NotAllowed),
    ):
        with pytest.raises(error):
            results_report(books, actor, KIND, 2026, commune)


def test_kind_without_figures_has_no_report(books: Database) -> None:
    with pytest.raises(InvalidInput, match="kind_without_report"):
        results_report(books, POLICE, shipped_kind("duy_tri"), 2026)


# --- the story -------------------------------------------------------------------------------------


def test_story_filed_its_report_and_it_stays_as_filed(told: ToldHouse) -> None:
    database, kind = told.house.database, told.kind("dien_hinh")
    report = results_report(database, told.actor("cax-1"), kind, 2026)
    counts = {name: (figure.count, figure.of) for name, figure in report.figures.items()}
    assert counts == {
        "new": (5, 8),
        "maintained": (2, 3),
        "not_maintained": (1, 3),
        "owed": (0, 3),
        "not_assessed": (0, 3),
        "not_assessed_before": (0, 0),
    }
    filing = report.parts[0].filing
    assert filing is not None
    assert (filing.late, filing.role) == (False, Role.COMMUNE_POLICE)
    assert filing.office
    assert filing.digest == told.house.engine.papers.digest(to_document(report.parts[0].report))  # type: ignore[arg-type]


def test_explanation_and_lock_are_the_report_that_is_read(told: ToldHouse) -> None:
    """What the page shows, what is weighed and what is gathered are one computation."""
    house, kind, police = told.house, told.kind("dien_hinh"), told.actor("cax-1")
    preview = house.reports.preview(police, kind_code="dien_hinh", cycle=2027)
    shown = results_report(house.database, police, kind, 2027)
    with house.database.read() as connection:
        facts = report_facts(connection, kind, province_id="tinh", commune_id=COMMUNE, cycle=2027)
    assert shown.parts[0].report == preview.report == yearly_report(facts)
    owed = [refusal.facts["name"] for refusal in preview.refusals if refusal.code == "report.owed"]
    assert owed == [line.name for line in preview.report.owed]
    assert len(owed) == 7
    with pytest.raises(TransitionRefused) as error:
        house.reports.file(police, "dien_hinh", 2027)
    assert error.value.refusals == preview.refusals


def test_recognition_recorded_after_its_report_owes_from_the_year_after_next(storage_url: str) -> None:
    """Decided on 10/12, recorded on 12/12, the day after the commune filed: new in 2027, owed from 2028 on."""
    with played(storage_url, "2026-12-11T15:00:00") as story:
        police = story.actor("cax-1")
        late = story.step("2026-12-08T09:00:00", at="2026-12-12T09:00:00", dossiers=["tram-y-te"])
        items = [{"dossier": "$number:tram-y-te"}]
        paper = {**late["papers"]["decision"], "number": "3200/QĐ-UBND", "date": "2026-12-10", "items": items}
        story.do({**late, "papers": {"decision": paper}})
        kind, database = story.house.catalogue.kinds(), story.house.database
        reported = next(item for item in kind if item.code == "dien_hinh")
        following = results_report(database, police, reported, 2027).parts[0].report
        assert following is not None
        assert [(line.subject_id, line.supplement) for line in following.new] == [("tram-y-te-vinh-phong", True)]
        assert "tram-y-te-vinh-phong" not in [line.subject_id for line in following.owed]
        story.at("2027-12-01T08:00:00")
        opened = story.house.cycles.open(story.actor("pv01-2"), kind_code="dien_hinh", cycle=2028)
        with story.house.engine.reading() as stores:
            owing = {stores.dossiers.get(item).subject_id for item in opened.owed}
            ids = stores.dossiers.ids_where(province_id="tinh", kind="duy_tri", cycle=2027)
            assert "tram-y-te-vinh-phong" not in {stores.dossiers.get(item).subject_id for item in ids}
        assert "tram-y-te-vinh-phong" in owing
