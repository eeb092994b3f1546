"""Filing the 12/12 report: who, when, what blocks it by name, and that it is frozen (law.md, "After recognition")."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from workflow.domain.actors import Actor, Role
from workflow.domain.books import BooksEvent, CycleRow, Notice, Organisation
from workflow.domain.calendars import HCM, day_end, day_start
from workflow.domain.deadlines import Bound, Deadline, DeadlineRule, Grant, GrantKind, Scope
from workflow.domain.errors import Conflict, HosoError, InvalidInput, NotAllowed, NotFound, TransitionRefused
from workflow.domain.events import SignedPaper
from workflow.domain.filed_report import FiledReport, from_document
from workflow.domain.kinds import Applies, DossierKind, LedgerRule, Meaning, OwedRule, Stage, State, Transition
from workflow.domain.yearly_report import Outcome, Recognition, ReportFacts, Upkeep, Window
from workflow.services.engine import Engine
from workflow.services.reports import ReportReceipt, ReportService
from workflow.wording import Wording

POLICE = Actor("p-police", Role.COMMUNE_POLICE, "ca-xa", "tinh", "xa")
COMMITTEE = Actor("p-committee", Role.COMMUNE_COMMITTEE, "ub-xa", "tinh", "xa")
ON_TIME = datetime(2026, 12, 11, 14, 30, tzinfo=HCM)


def rule(code: str, **faces: str) -> DeadlineRule:
    return DeadlineRule(code, code, source="kh#1", **{name: Bound.parse(text) for name, text in faces.items()})  # type: ignore[arg-type]


def kind_of(code: str, **changes: Any) -> DossierKind:
    plain: dict[str, Any] = {
        "code": code,
        "version": 1,
        "label": code,
        "short_label": f"Loại {code}",
        "abbreviation": "X",
        "initial": "owed",
        "subject_kinds": (),
        "own_subject_kinds": (),
        "opened_by": (),
        "stages": (Stage("one", "one"),),
        "states": {"owed": State("owed", "owed", Meaning.OPEN), "kept": State("kept", "kept", Meaning.POSITIVE)},
        "transitions": (),
        "attachments": {},
        "deadlines": {},
        "citation": f"{code}#citation",
    }
    return DossierKind(**(plain | changes))


def ending(role: Role, applies: Applies) -> Transition:
    return Transition(
        id=f"record:{applies}",
        trigger="record",
        source="owed",
        target="kept",
        label="record",
        done_label="record",
        authorities=(role,),
        recorders=frozenset({role}),
        applies=applies,
    )


REPORTED = kind_of(
    "reported",
    deadlines={
        "figures": rule("figures", opens="from 12-11 of year before", closes="through 12-10"),
        "report": rule("report", opens="from 12-11", due="before 12-12"),
    },
    figures="figures",
    report="report",
    ledger=LedgerRule("named", "named"),
    owes=OwedRule("kept_up", "named"),
)
KEPT_UP = kind_of(
    "kept_up",
    transitions=(
        ending(Role.COMMUNE_COMMITTEE, Applies.OTHERS),
        ending(Role.PROVINCE_POLICE, Applies.OWN),
    ),
)


def recognised(name: str, subject: str, year: int = 2025) -> Recognition:
    decided = date(year, 10, 1)
    return Recognition(f"e-{name}", subject, name, f"{name}/QĐ", year, decided, datetime(year, 10, 2, tzinfo=UTC))


@dataclass
class Books:
    """The parts of the books that filing looks at, as plain values."""

    opened: bool = True
    deadlines_of: dict[str, Deadline] = field(
        default_factory=lambda: {"report": REPORTED.deadlines["report"].for_cycle(2026)}
    )
    grants_of: tuple[Grant, ...] = ()

    def cycle(self, province_id: str, kind: str, cycle: int) -> CycleRow | None:
        return CycleRow(province_id, kind, cycle, ON_TIME) if self.opened else None

    def deadlines(self, _province: str, _kind: str, _cycle: int) -> dict[str, Deadline]:
        return self.deadlines_of

    def grants(self, _province: str, _kind: str, _cycle: int) -> tuple[Grant, ...]:
        return self.grants_of


@dataclass
class House:
    """One engine over fakes: what was filed, journaled and told is kept here, and only on commit."""

    at: datetime = ON_TIME
    books: Books = field(default_factory=Books)
    recognitions: tuple[Recognition, ...] = (recognised("giu", "s-giu"),)
    upkeeps: tuple[Upkeep, ...] = (Upkeep("d-giu", "e-giu", 2026, Outcome.MAINTAINED, date(2026, 12, 8)),)
    kinds: tuple[DossierKind, ...] = (REPORTED, KEPT_UP)
    filed: list[FiledReport] = field(default_factory=list)
    documents: list[bytes] = field(default_factory=list)
    journaled: list[BooksEvent] = field(default_factory=list)
    told: list[Notice] = field(default_factory=list)
    answers: dict[str, dict[str, object]] = field(default_factory=dict)
    commits: int = 0

    @property
    def service(self) -> ReportService:
        engine = Engine(
            uow=cast("Any", self.begin),
            reading=cast("Any", self.begin),
            files=cast("Any", None),
            papers=cast("Any", self),
            catalogue=cast("Any", self),
            calendar=cast("Any", None),
            clock=cast("Any", self),
        )
        return ReportService(engine)

    # --- the parts

    def now(self) -> datetime:
        return self.at

    def newest(self, code: str, **_: object) -> DossierKind:
        for kind in self.kinds:
            if kind.code == code:
                return kind
        raise NotFound("kind_not_found")

    def canonical(self, document: dict[str, object]) -> bytes:
        return json.dumps(document, sort_keys=True, ensure_ascii=False).encode()

    def digest(self, document: dict[str, object]) -> str:
        return hashlib.sha256(self.canonical(document)).hexdigest()

    @contextmanager
    def begin(self) -> Iterator[Any]:
        yield self

    def commit(self) -> None:
        self.commits += 1

    # --- the stores of the transaction

    @property
    def reports(self) -> Any:
        return self

    def hold_books(self, province_id: str) -> None:
        """One writer of the books at a time; here there is only one."""
        assert province_id

    @property
    def journal(self) -> Any:
        return self

    @property
    def outbox(self) -> Any:
        return self

    @property
    def organisations(self) -> Any:
        return self

    @property
    def keys(self) -> Any:
        return self

    def facts(self, _kind: DossierKind, *, province_id: str, commune_id: str, cycle: int) -> ReportFacts:
        windows = {year: Window(date(year - 1, 12, 11), date(year, 12, 10)) for year in (2024, 2025, 2026, 2027)}
        assert province_id == "tinh"
        filed = {item.report.cycle: item.filed_at for item in self.filed}
        return ReportFacts(cycle, commune_id, windows, self.recognitions, self.upkeeps, ("s-giu",), filed)

    def get(self, organisation_id: str = "", **which: Any) -> Any:
        if organisation_id:
            return Organisation(organisation_id, "Xã Vĩnh Phong", "xa", None, None, "tinh")
        return next((item for item in self.filed if item.report.cycle == which["cycle"]), None)

    def add(self, filed: FiledReport, *, document: bytes) -> None:
        self.filed.append(filed)
        self.documents.append(document)

    def append_books(self, _province: str, events: list[BooksEvent], _actor: Actor, _at: datetime) -> int:
        self.journaled += events
        return 4711

    def put(self, notices: list[Notice], *, at: datetime) -> None:
        assert at == self.at
        self.told += notices

    def seen(self, key: str, **_: object) -> dict[str, object] | None:
        return self.answers.get(key)

    def keep(self, key: str, *, answer: dict[str, object], **_: object) -> None:
        self.answers[key] = json.loads(json.dumps(answer))


def refused(house: House, actor: Actor = POLICE) -> list[tuple[str, Role | None]]:
    with pytest.raises(TransitionRefused) as error:
        house.service.file(actor, "reported", 2026)
    assert house.commits == 0
    assert not house.filed
    return [(refusal.code, refusal.cleared_by) for refusal in error.value.refusals]


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        (datetime(2026, 12, 10, 23, 59, 59, tzinfo=HCM), "report.not_open"),  # figures still run
        (datetime(2026, 12, 11, 0, 0, tzinfo=HCM), "on time"),
        (datetime(2026, 12, 11, 23, 59, 59, tzinfo=HCM), "on time"),  # the last moment of "trước ngày 12/12"
        (datetime(2026, 12, 12, 0, 0, tzinfo=HCM), "late"),
        (datetime(2027, 3, 1, 8, 0, tzinfo=HCM), "late"),  # the source plan never closes it
    ],
)
def test_report_is_filed_on_its_one_day_or_late(at: datetime, answer: str) -> None:
    house = House(at=at)
    if answer == "report.not_open":
        assert refused(house) == [("report.not_open", None)]
    else:
        assert house.service.file(POLICE, "reported", 2026).late == (answer == "late")


def grant(until: date, granted: datetime, kind: GrantKind, scope_id: str = "xa") -> Grant:
    scope = Scope.COMMUNE if scope_id.startswith("xa") else Scope.PROVINCE
    return Grant("g", "report", kind, scope, scope_id, day_end(until), granted, "p", "t")


@pytest.mark.parametrize(("scope_id", "late", "kept"), [("xa", False, "g"), ("tinh", False, "g"), ("xa-2", True, None)])
def test_extension_for_commune_or_province_keeps_it_on_time(scope_id: str, late: bool, kept: str | None) -> None:
    house = House(at=datetime(2026, 12, 14, 9, tzinfo=HCM))
    granted = datetime(2026, 12, 9, tzinfo=HCM)
    house.books.grants_of = (grant(date(2026, 12, 15), granted, GrantKind.EXTENSION, scope_id),)
    assert house.service.file(POLICE, "reported", 2026).late is late
    assert house.filed[0].grant_id == kept


def test_province_that_closes_the_report_refuses_it_until_it_is_opened_late() -> None:
    house = House(at=datetime(2026, 12, 20, 9, tzinfo=HCM))
    report = house.books.deadlines_of["report"]
    house.books.deadlines_of["report"] = replace(report, closes=day_start(date(2026, 12, 16)))
    assert refused(house) == [("report.closed", Role.PROVINCE_POLICE)]
    granted = datetime(2026, 12, 18, tzinfo=HCM)
    house.books.grants_of = (grant(date(2026, 12, 22), granted, GrantKind.LATE_OPENING),)
    assert house.service.file(POLICE, "reported", 2026).late
    assert house.filed[0].grant_id == "g"


def test_owed_entries_block_by_name_and_say_who_clears_each() -> None:
    house = House(
        recognitions=(recognised("no", "s-no"), recognised("giu", "s-giu"), recognised("xa-minh", "xa")),
        upkeeps=(
            Upkeep("d-no", "e-no", 2026, Outcome.OWED),
            Upkeep("d-giu", "e-giu", 2026, Outcome.MAINTAINED),
            Upkeep("d-xa", "e-xa-minh", 2026, Outcome.OWED),
        ),
    )
    with pytest.raises(TransitionRefused) as error:
        house.service.file(COMMITTEE, "reported", 2026)
    told = [(r.code, r.facts["name"], r.facts["dossier"], r.cleared_by, r.source) for r in error.value.refusals]
    assert told == [
        ("report.owed", "no", "d-no", Role.COMMUNE_COMMITTEE, "kept_up#citation"),
        ("report.owed", "xa-minh", "d-xa", Role.PROVINCE_POLICE, "kept_up#citation"),
    ]
    assert {r.until for r in error.value.refusals} == {day_start(date(2026, 12, 12))}


def test_every_reason_is_told_at_once() -> None:
    house = House(at=datetime(2026, 12, 1, tzinfo=HCM), upkeeps=(Upkeep("d", "e-giu", 2026, Outcome.OWED),))
    assert refused(house) == [("report.not_open", None), ("report.owed", Role.COMMUNE_COMMITTEE)]


def test_cycle_that_was_never_opened_has_no_report() -> None:
    house = House()
    house.books.opened = False
    assert refused(house) == [("report.cycle_not_open", Role.PROVINCE_POLICE)]


def test_date_the_kind_took_on_later_does_not_hinder() -> None:
    house = House(at=datetime(2026, 6, 1, tzinfo=HCM))
    house.books.deadlines_of = {}
    assert not house.service.file(POLICE, "reported", 2026).late


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE}])
def test_report_is_the_communes_own_act(role: Role) -> None:
    house = House()
    actor = replace(POLICE, role=role)
    for call in (house.service.file, house.service.preview):
        with pytest.raises(NotAllowed, match="report_role"):
            call(actor, kind_code="reported", cycle=2026)


def test_both_offices_of_the_commune_may_file_it() -> None:
    for actor in (POLICE, COMMITTEE):
        house = House()
        house.service.file(actor, "reported", 2026)
        assert (house.filed[0].filed_by, house.filed[0].role) == (actor.person_id, actor.role)


@pytest.mark.parametrize(("kind_code", "error"), [("kept_up", InvalidInput), ("nothing", NotFound)])
def test_kind_without_figures_has_no_report(kind_code: str, error: type[HosoError]) -> None:
    with pytest.raises(error):
        House().service.file(POLICE, kind_code, 2026)


def test_filed_report_is_frozen_journaled_and_told() -> None:
    house = House()
    signed = SignedPaper("45/BC-UBND", "2026-12-11", "UBND xã", "Chủ tịch", ("ab" * 32,))
    receipt = house.service.file(POLICE, "reported", 2026, signed=signed)
    (filed,), (document,), (event,), (notice,) = house.filed, house.documents, house.journaled, house.told
    assert receipt == ReportReceipt(filed.id, "xa", 2026, filed.digest, 4711, ON_TIME, late=False)
    assert filed.digest == hashlib.sha256(document).hexdigest()
    assert from_document(json.loads(document)) == filed.report
    assert filed.signed == signed
    assert (event.name, event.payload["digest"], event.payload["commune"]) == ("ReportFiled", filed.digest, "xa")
    assert event.payload["figures"]["maintained"] == [1, 1]  # type: ignore[index]
    assert (notice.audience, notice.organisation_id, notice.code) == (
        Role.PROVINCE_POLICE,
        "tinh",
        "notice.report_filed",
    )
    assert dict(notice.facts) == {"commune": "Xã Vĩnh Phong", "kind": "Loại reported", "cycle": 2026}
    assert house.commits == 1


def test_report_is_filed_once() -> None:
    house = House()
    house.service.file(POLICE, "reported", 2026)
    with pytest.raises(Conflict, match="report_filed"):
        house.service.file(COMMITTEE, "reported", 2026)
    assert (house.commits, len(house.filed)) == (1, 1)


def test_same_key_files_once_and_brings_the_same_receipt() -> None:
    house = House()
    first = house.service.file(POLICE, "reported", 2026, key="k")
    assert house.service.file(POLICE, "reported", 2026, key="k") == first
    assert len(house.filed) == 1


def test_preview_tells_what_filing_would_refuse_and_keeps_nothing() -> None:
    house = House(upkeeps=(Upkeep("d", "e-giu", 2026, Outcome.OWED),))
    preview = house.service.preview(POLICE, kind_code="reported", cycle=2026)
    assert [refusal.code for refusal in preview.refusals] == ["report.owed"]
    assert preview.report.owed[0].name == "giu"
    assert not preview.late
    assert (house.commits, house.journaled, house.told) == (0, [], [])
    assert House(at=datetime(2026, 12, 12, tzinfo=HCM)).service.preview(POLICE, kind_code="reported", cycle=2026).late


@pytest.mark.parametrize(
    ("at", "closes", "opened", "sentence"),
    [
        (
            ON_TIME,
            None,
            True,
            "Chưa có kết quả duy trì của giu (Quyết định số giu/QĐ). Ghi kết quả rồi gửi báo cáo.",
        ),
        (
            datetime(2026, 12, 10, 8, tzinfo=HCM),
            None,
            True,
            "Báo cáo kết quả năm 2026 gửi được từ ngày 11/12/2026, sau khi chốt số liệu.",
        ),
        (
            datetime(2026, 12, 20, 8, tzinfo=HCM),
            date(2026, 12, 16),
            True,
            (
                "Báo cáo kết quả năm 2026 đã đóng từ ngày 16/12/2026. "
                "Nếu có lý do chính đáng, đề nghị PV01 mở nhận muộn."
            ),
        ),
        (
            ON_TIME,
            None,
            False,
            "Năm xét 2026 chưa mở nên chưa có báo cáo để gửi. PV01 mở năm xét trước.",
        ),
    ],
)
def test_each_reason_is_a_sentence(at: datetime, closes: date | None, opened: bool, sentence: str) -> None:
    house = House(at=at, upkeeps=(Upkeep("d", "e-giu", 2026, Outcome.OWED),))
    house.books.opened = opened
    if closes is not None:
        report = house.books.deadlines_of["report"]
        house.books.deadlines_of["report"] = replace(report, closes=day_start(closes))
    preview = house.service.preview(POLICE, kind_code="reported", cycle=2026)
    wording = Wording()
    assert sentence in [wording.say(refusal.code, **refusal.facts) for refusal in preview.refusals]
