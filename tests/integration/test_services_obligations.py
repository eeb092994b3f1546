"""What organisations owe in a cycle: opened once, passed on to successors, dated as the province says, called for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from workflow.bootstrap import House
from workflow.clock import PracticeClock
from workflow.domain.actors import Actor, Role, system_actor
from workflow.domain.books import Organisation
from workflow.domain.calendars import last_day
from workflow.domain.deadlines import Scope
from workflow.domain.dossier import Dossier
from workflow.domain.errors import InvalidInput, NotAllowed, NotFound, TransitionRefused
from workflow.domain.events import SignedPaper
from workflow.seeding.script import moment
from workflow.services.dates import GrantInput
from workflow.services.inputs import MoveInput, PaperInput
from workflow.settings import Settings

KIND = "bao_cao"
BEFORE_JULY, JULY = date(2025, 6, 30), date(2025, 7, 1)


def body(code: str, kind: str, **more: object) -> Organisation:
    values: dict[str, object] = {"parent_id": "tinh", "commune_id": None, "province_id": "tinh", **more}
    return Organisation(code, f"{code} (giả định)", kind, **values)  # type: ignore[arg-type]


TREE = (
    Organisation("tinh", "Tỉnh (giả định)", "province", None, None, "tinh", managing_level="province"),
    body("huyen-a", "huyen", managing_level="province"),
    body("thi-tran", "thi_tran", parent_id="huyen-a", commune_id="thi-tran", managing_level="province"),
    body("khu-pho-1", "khu_dan_cu", parent_id="thi-tran", commune_id="thi-tran"),
    body("so-noi-vu", "co_quan", managing_level="province"),
)


@pytest.fixture
def house(storage_url: str) -> Iterator[House]:
    """Winter 2024: a province with a district, a township in it, and one office that the province manages."""
    made = House(
        Settings(database=storage_url, files="memory:", province="tinh"),
        clock=PracticeClock(moment("2024-12-02T08:00:00")),
    )
    try:
        made.organisations.import_rows(system_actor("tinh"), TREE)
        yield made
    finally:
        made.close()


PV01 = Actor("pv01-1", Role.PROVINCE_POLICE, "pv01", "tinh")


def police(commune: str, person: str = "ca") -> Actor:
    return Actor(f"{person}-{commune}", Role.COMMUNE_POLICE, f"ca-{commune}", "tinh", commune)


def committee(commune: str) -> Actor:
    return Actor(f"ub-{commune}", Role.COMMUNE_COMMITTEE, f"ub-{commune}", "tinh", commune)


def unit(code: str, commune: str | None) -> Actor:
    return Actor(f"head-{code}", Role.UNIT, code, "tinh", commune)


def at(house: House, text: str) -> None:
    assert isinstance(house.clock, PracticeClock)
    house.clock.advance_to(moment(text))


def dossiers(house: House, cycle: int) -> list[Dossier]:
    with house.engine.reading() as uow:
        return [uow.dossiers.get(i) for i in uow.dossiers.ids_where(province_id="tinh", kind=KIND, cycle=cycle)]


def standing(house: House, cycle: int) -> dict[tuple[str, str], Dossier]:
    """What is not void, by organisation and obligation."""
    found = [one for one in dossiers(house, cycle) if one.state not in {"passed_on", "waived"}]
    return {(one.subject_id, str(one.origin_id).partition(":")[0]): one for one in found}


def due(house: House, dossier: Dossier) -> date | None:
    return last_day(dossier.clock.due(house.calendar())) if dossier.clock is not None else None


def open_year(house: House, cycle: int = 2025) -> int:
    return house.cycles.open(PV01, kind_code=KIND, cycle=cycle).obliged


def file(house: House, actor: Actor, dossier: Dossier, trigger: str = "file", **figures: object) -> None:
    document = {
        "subject_kind": dossier.subject_kind,
        "cycle": dossier.cycle,
        "content": "Theo kế hoạch.",
        "submitted_by_office": "Người đứng đầu",
        **figures,
    }
    raw = json.dumps(document).encode()
    kept = house.dossiers.file_paper(
        actor, dossier.id, "movement_report", PaperInput(raw), seen_version=dossier.version
    )
    house.dossiers.perform(actor, dossier.id, MoveInput(trigger, kept.version))


# --- opening -------------------------------------------------------------------------------------


def test_opening_a_year_opens_what_each_organisation_owes_and_twice_equals_once(house: House) -> None:
    assert open_year(house) == 14
    owed = standing(house, 2025)
    assert {(who, code): due(house, one) for (who, code), one in owed.items()} == {
        ("huyen-a", "plan"): date(2025, 3, 4),
        ("huyen-a", "half_year"): date(2025, 5, 19),
        ("huyen-a", "an_toan_antt"): date(2025, 11, 14),
        ("huyen-a", "annual"): date(2025, 11, 19),
        ("thi-tran", "plan"): date(2025, 3, 4),
        ("thi-tran", "half_year"): date(2025, 5, 19),
        ("thi-tran", "an_toan_antt"): date(2025, 11, 14),
        ("thi-tran", "annual"): date(2025, 11, 19),
        ("khu-pho-1", "half_year"): date(2025, 5, 12),
        ("khu-pho-1", "annual"): date(2025, 11, 12),
        ("so-noi-vu", "plan"): date(2025, 3, 4),
        ("so-noi-vu", "half_year"): date(2025, 5, 19),
        ("so-noi-vu", "an_toan_antt"): date(2025, 11, 14),
        ("so-noi-vu", "annual"): date(2025, 11, 19),
    }
    assert open_year(house) == 0
    assert house.cycles.sweep("tinh").opened == 0
    assert len(dossiers(house, 2025)) == len(owed)


def test_who_comes_later_owes_what_is_still_to_come(house: House) -> None:
    open_year(house)
    at(house, "2025-06-02T08:00:00")
    late = body("cong-ty", "doanh_nghiep", commune_id="thi-tran", parent_id="thi-tran", valid_from=date(2025, 6, 1))
    house.organisations.import_rows(system_actor("tinh"), [late])
    assert house.cycles.sweep("tinh").opened == 1
    assert [code for who, code in standing(house, 2025) if who == "cong-ty"] == ["annual"]


def test_nothing_is_opened_before_its_year_is(house: House) -> None:
    house.cycles.sweep("tinh")
    assert dossiers(house, 2025) == []


# --- 01/07/2025 ----------------------------------------------------------------------------------


def reform(house: House) -> None:
    """The district and the township end; a ward takes over, the quarter lies in it."""
    at(house, "2025-07-01T08:00:00")
    quarter = body("khu-pho-1", "khu_dan_cu", parent_id="phuong-moi", commune_id="phuong-moi")
    ward = body("phuong-moi", "phuong", commune_id="phuong-moi", managing_level="province", valid_from=JULY)
    house.organisations.import_rows(system_actor("tinh"), [ward, quarter])
    for code in ("huyen-a", "thi-tran"):
        house.organisations.dissolve(
            PV01, code, on=BEFORE_JULY, successor_id="tinh" if code == "huyen-a" else "phuong-moi", reason="Sắp xếp"
        )


def test_duties_of_a_dissolved_body_pass_to_its_successor(house: House) -> None:
    open_year(house)
    at(house, "2025-03-03T09:00:00")
    file(house, committee("thi-tran"), standing(house, 2025)["thi-tran", "plan"])
    reform(house)
    swept = house.cycles.sweep("tinh")
    assert swept.opened > 0
    owed = standing(house, 2025)
    assert {code for who, code in owed if who == "phuong-moi"} == {"half_year", "an_toan_antt", "annual", "dien_hinh"}
    assert {who for who, _ in owed} == {"phuong-moi", "khu-pho-1", "so-noi-vu", "thi-tran"}
    assert owed["thi-tran", "plan"].state == "filed_to_province"
    assert {one.commune_id for (who, _), one in owed.items() if who == "khu-pho-1"} == {"phuong-moi"}
    passed = [one for one in dossiers(house, 2025) if one.state == "passed_on"]
    assert {one.subject_id for one in passed} == {"huyen-a", "thi-tran", "khu-pho-1"}
    again = house.cycles.sweep("tinh")
    assert (again.opened, again.voided) == (0, 0)
    assert open_year(house, 2026) == 5 + 2 + 4
    assert not [who for who, _ in standing(house, 2026) if who in {"huyen-a", "thi-tran"}]


# --- dates ---------------------------------------------------------------------------------------


def test_turns_follow_the_dates_of_the_province(house: House) -> None:
    open_year(house)
    wish = GrantInput(KIND, 2025, "half_year", Scope.COMMUNE, "thi-tran", moment("2025-05-29T00:00:00"), "Lũ lụt")
    house.dates.grant(PV01, wish)
    owed = standing(house, 2025)
    assert due(house, owed["khu-pho-1", "half_year"]) == date(2025, 5, 28)
    assert due(house, owed["huyen-a", "half_year"]) == date(2025, 5, 19)
    with house.engine.reading() as uow:
        row = uow.books.deadlines("tinh", KIND, 2025)["annual"]
    moved = type(row)("annual", row.opens, moment("2025-11-29T00:00:00"))
    house.dates.set_date(PV01, kind_code=KIND, cycle=2025, deadline=moved, reason="Kế hoạch mới")
    owed = standing(house, 2025)
    assert due(house, owed["huyen-a", "annual"]) == date(2025, 11, 28)
    assert due(house, owed["khu-pho-1", "annual"]) == date(2025, 11, 21)


def test_closing_a_year_says_who_never_filed_and_it_can_still_come(house: House) -> None:
    open_year(house)
    file(house, committee("thi-tran"), standing(house, 2025)["thi-tran", "half_year"])
    at(house, "2026-01-02T08:00:00")
    house.cycles.close(PV01, kind_code=KIND, cycle=2025)
    owed = standing(house, 2025)
    assert owed["thi-tran", "half_year"].state == "filed_to_province"
    assert owed["khu-pho-1", "annual"].state == "not_filed"
    file(house, unit("khu-pho-1", "thi-tran"), owed["khu-pho-1", "annual"], "file_late")
    late = standing(house, 2025)["khu-pho-1", "annual"]
    assert (late.state, late.late) == ("filed_late", True)
    assert house.cycles.sweep("tinh").lapsed == 0


# --- calls ---------------------------------------------------------------------------------------


def call(due: str = "2025-08-25") -> PaperInput:
    document = {
        "about": "Kết quả Ngày hội",
        "due": due,
        "number": "88/CV-CAX",
        "date": "2025-01-06",
        "issuer": "Công an thị trấn",
        "signer_office": "Trưởng Công an",
    }
    return PaperInput(json.dumps(document).encode())


def test_a_receiver_calls_for_a_report_from_several_at_once(house: House) -> None:
    open_year(house)
    called = house.obligations.call(
        PV01, kind_code=KIND, cycle=2025, subject_ids=["huyen-a", "so-noi-vu"], paper=call()
    )
    assert {one.subject_id for one in called} == {"huyen-a", "so-noi-vu"}
    owed = standing(house, 2025)
    assert {due(house, owed[who, "ad_hoc"]) for who in ("huyen-a", "so-noi-vu")} == {date(2025, 8, 25)}
    house.obligations.call(PV01, kind_code=KIND, cycle=2025, subject_ids=["so-noi-vu"], paper=call("2025-09-01"))
    mine = [one for one in dossiers(house, 2025) if one.subject_id == "so-noi-vu" and ":" in str(one.origin_id)]
    assert sorted(filter(None, (due(house, one) for one in mine))) == [date(2025, 8, 25), date(2025, 9, 1)]
    assert house.cycles.sweep("tinh").opened == 0


def test_a_call_goes_only_to_those_whose_reports_one_receives(house: House) -> None:
    open_year(house)
    here, wanted = police("thi-tran"), {"kind_code": KIND, "cycle": 2025}
    house.obligations.call(here, subject_ids=["khu-pho-1"], paper=call(), **wanted)  # type: ignore[arg-type]
    before = len(dossiers(house, 2025))
    for actor, subject, error in [
        (here, "thi-tran", NotAllowed),
        (here, "so-noi-vu", NotFound),
        (PV01, "khu-pho-1", NotAllowed),
        (unit("khu-pho-1", "thi-tran"), "khu-pho-1", NotAllowed),
        (PV01, "nowhere", NotFound),
    ]:
        with pytest.raises(error):
            house.obligations.call(actor, subject_ids=[subject], paper=call(), **wanted)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="call_nobody"):
        house.obligations.call(PV01, subject_ids=[], paper=call(), **wanted)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="call_past"):
        house.obligations.call(PV01, subject_ids=["huyen-a"], paper=call("2024-11-30"), **wanted)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        house.obligations.call(PV01, kind_code=KIND, cycle=2030, subject_ids=["huyen-a"], paper=call())
    assert len(dossiers(house, 2025)) == before


def test_a_signed_report_is_entered_by_its_receiver_and_taken_by_another(house: House) -> None:
    open_year(house)
    dossier = standing(house, 2025)["khu-pho-1", "half_year"]
    signed = SignedPaper("7/BC-KP", "2024-12-02", "Khu phố 1", "Trưởng khu phố", ("a" * 64,))
    paper = {
        "subject_kind": "khu_dan_cu",
        "cycle": 2025,
        "content": "Theo kế hoạch.",
        "submitted_by_office": "Trưởng khu phố",
        "entered_for_unit": True,
        "number": signed.number,
        "date": signed.date,
        "issuer": signed.issuer,
        "signer_office": signed.signer_office,
    }
    typist, other = police("thi-tran"), police("thi-tran", "cb")
    with pytest.raises(NotFound):
        house.dossiers.perform(police("elsewhere"), dossier.id, MoveInput("file", dossier.version, signed=signed))
    kept = house.dossiers.file_paper(
        typist,
        dossier.id,
        "movement_report",
        PaperInput(json.dumps(paper).encode()),
        seen_version=dossier.version,
        signed=signed,
    )
    filed = house.dossiers.perform(typist, dossier.id, MoveInput("file", kept.version, signed=signed))
    with pytest.raises(TransitionRefused):
        house.dossiers.perform(typist, dossier.id, MoveInput("accept", filed.version))
    assert house.dossiers.perform(other, dossier.id, MoveInput("accept", filed.version)).state == "accepted"
