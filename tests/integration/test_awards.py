"""A commune's awards of a year: four ways, the table of conditions, quotas, no second reward, ties shown.

Played from ``fixtures/story/awards_2026.json`` on both databases; every step of it already says how it must end.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import postgres
from workflow import installation
from workflow.bootstrap import House
from workflow.domain.errors import Conflict, HosoError, InvalidInput, NotAllowed, NotFound
from workflow.seeding.player import Player
from workflow.seeding.script import moment, read_script
from workflow.services.awards import RoundChoice
from workflow.services.cycles import CycleService
from workflow.settings import FIXTURES, Settings

STORY = FIXTURES / "story" / "awards_2026.json"
COMMUNE = "phong-an"
XA, HUYEN, TINH = "giay_khen_ubnd_xa", "giay_khen_ubnd_huyen", "bang_khen_ubnd_tinh"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """The whole story, played once on each database; only the last test of this file changes it."""
    folder = tmp_path_factory.mktemp("awards")
    if request.param == "sqlite":
        yield from _played(f"sqlite:///{folder / 'hoso.sqlite'}", folder)
        return
    with postgres.fresh_database(request.getfixturevalue("postgres_url")) as url:
        yield from _played(url, folder)


def _played(url: str, folder: Path) -> Iterator[Player]:
    script = read_script(STORY)
    settings = Settings(database=url, files=f"file:{folder / 'files'}", province=script["province"], _env_file=None)  # type: ignore[call-arg]
    installation.make(settings, at=moment(script["begins"]), practice=True)
    house = House(settings)
    try:
        player = Player(house, script)
        assert sum(1 for _ in player.play()) == len(script["steps"])
        yield player
    finally:
        house.close()


def state(player: Player, name: str) -> str:
    return player.stage.dossier(player.stage.id_of(name)).state


def test_each_form_went_its_own_way(year: Player) -> None:
    """S39: the commune's own form skips the province; the others are appraised there and decided by their own."""
    decided = {name: year.stage.dossier(year.stage.id_of(name)) for name in ("kt-tay", "kt-mttq")}
    assert {name: [step.target for step in one.steps][-3:] for name, one in decided.items()} == {
        "kt-tay": ["merit_confirmed", "awaiting_commune_decision", "awarded"],
        "kt-mttq": ["province_appraisal", "awaiting_decision", "awarded"],
    }
    assert {name: one.steps[-1].authority.value for name, one in decided.items()} == {
        "kt-tay": "commune_committee",
        "kt-mttq": "province_police",
    }
    assert state(year, "kt-tay-tinh") == "awaiting_decision"
    assert state(year, "kt-dong") == "merit_confirmed"


def test_awards_stand_in_the_ledger_under_their_form(year: Player) -> None:
    with year.house.engine.reading() as stores:
        facts = {unit: stores.ledger.facts(unit) for unit in ("thon-tay", "mttq", "thcs")}
    awards = {
        unit: [(f.result, f.label, f.number) for f in found if f.kind == "khen_thuong_tap_the"]
        for unit, found in facts.items()
    }
    assert awards == {
        "thon-tay": [(XA, "Giấy khen của Chủ tịch UBND xã", "90/QĐ-UBND")],
        "mttq": [("giay_khen_giam_doc_cat", "Giấy khen của Giám đốc Công an tỉnh", "1200/QĐ-CAT")],
        "thcs": [],
    }


def test_the_list_says_who_is_on_it_who_is_not_and_why(year: Player) -> None:
    told = year.house.award_lists.explained(year.house.people.actor("cax-1"), form=XA, cycle=2026)
    assert [(line.name, line.place) for line in told.proposals] == [
        ("Tổ viên Tổ bảo vệ an ninh, trật tự Thôn Tây (giả định)", "listed"),
        ("Thôn Tây (giả định)", "listed"),
        ("Thôn Đông (giả định)", "ready"),
        ("Hiệu trưởng Trường THCS Phong An (giả định)", "waiting"),
        ("Trường THCS Phong An (giả định)", "waiting"),
    ]
    against = {line.name: [(row.code, row.facts["row"], row.source) for row in line.against] for line in told.proposals}
    assert against["Hiệu trưởng Trường THCS Phong An (giả định)"] == [
        ("guard.row_result_other", "E7.3", "kh-36-tan-khai-2025#III.2.1.3")
    ]
    assert [(code, row) for code, row, _ in against["Trường THCS Phong An (giả định)"]] == [
        ("guard.row_unattested", "E3.4"),
        ("guard.row_result_other", "E3.6"),
    ]
    assert [(one.name, one.number, one.used, one.ready) for one in told.quotas] == [("Xã Phong An (giả định)", 1, 1, 1)]
    assert told.shares == (
        ("Tập thể nhỏ", 1, 2),
        ("Người lao động trực tiếp", 1, 1),
        ("Người không giữ chức vụ lãnh đạo, quản lý", 1, 1),
    )
    assert told.sets == 2


def test_equal_votes_where_the_quota_ends_are_shown_and_nobody_is_chosen(year: Player) -> None:
    told = year.house.award_lists.explained(year.house.people.actor("ubnd-1"), form=XA, cycle=2026)
    assert [(line.name, line.votes) for line in told.proposals if line.tied] == [
        ("Thôn Tây (giả định)", 7),
        ("Thôn Đông (giả định)", 7),
    ]


def test_another_form_has_its_own_list(year: Player) -> None:
    told = year.house.award_lists.explained(year.house.people.actor("pv01-1"), form=TINH, cycle=2026)
    assert [(line.name, line.place, [award.number for award in line.earlier]) for line in told.proposals] == [
        ("Thôn Tây (giả định)", "listed", ["90/QĐ-UBND"])
    ]
    with pytest.raises(NotFound) as unknown:
        year.house.award_lists.explained(year.house.people.actor("pv01-1"), form="huan_chuong", cycle=2026)
    assert unknown.value.code == "award_form_not_found"


@pytest.mark.parametrize(
    ("person", "form", "organisation", "number", "error", "code"),
    [
        ("pv01-1", XA, COMMUNE, 3, NotAllowed, "award_allots"),
        ("cax-1", TINH, COMMUNE, 3, NotAllowed, "award_allots"),
        ("ubnd-1", XA, COMMUNE, 3, NotAllowed, "award_allots"),
        ("cax-1", XA, "pv01", 3, NotFound, "organisation_not_found"),
        ("cax-1", XA, "nowhere", 3, NotFound, "not_found"),
        ("cax-1", XA, COMMUNE, -1, InvalidInput, "quota_number"),
        ("cax-1", XA, COMMUNE, 10_001, InvalidInput, "quota_number"),
        ("cax-1", "huan_chuong", COMMUNE, 1, NotFound, "award_form_not_found"),
    ],
)
def test_a_quota_is_allotted_by_whoever_the_form_says(
    year: Player, person: str, form: str, organisation: str, number: int, error: type[HosoError], code: str
) -> None:
    with pytest.raises(error) as refused:
        year.house.awards.allot(
            year.house.people.actor(person), form=form, cycle=2026, organisation_id=organisation, number=number
        )
    assert refused.value.code == code


def test_a_form_that_no_longer_exists_has_no_rounds(year: Player) -> None:
    with pytest.raises(Conflict) as ended:
        year.house.awards.open(year.house.people.actor("cax-1"), form=HUYEN, cycle=2026)
    assert ended.value.code == "award_form_ended"


def test_an_award_has_no_year_and_other_kinds_have_no_form(year: Player) -> None:
    officer = year.house.people.actor("pv01-1")
    with pytest.raises(Conflict) as rounds:
        CycleService(year.house.engine).open(officer, kind_code="khen_thuong_tap_the", cycle=2026)
    assert rounds.value.code == "kind_has_rounds"
    unit = year.house.people.actor("thon-tay")
    with pytest.raises(InvalidInput) as missing:
        year.house.dossiers.open(unit, kind_code="khen_thuong_tap_the", subject_id="thon-tay", cycle=2026)
    assert missing.value.code == "award_form_missing"
    with pytest.raises(InvalidInput) as unasked:
        year.house.dossiers.open(
            unit, kind_code="an_toan_antt", subject_id="thon-tay", cycle=2026, award=RoundChoice(XA)
        )
    assert unasked.value.code == "award_form_unasked"


def test_rounds_and_quotas_are_written_in_the_books(year: Player) -> None:
    with year.house.engine.reading() as stores:
        rounds = stores.awards.rounds("tinh")
        quotas = stores.awards.quotas(province_id="tinh", form=XA, cycle=2026)
    assert {(one.form, one.organisation_id) for one in rounds} == {
        (XA, COMMUNE),
        ("giay_khen_giam_doc_cat", "tinh"),
        (TINH, "tinh"),
    }
    assert [(one.organisation_id, one.number) for one in quotas] == [(COMMUNE, 1)]


def test_closing_a_round_ends_what_never_went_up_and_only_that(year: Player) -> None:
    officer = year.house.people.actor("cax-1")
    before = [line.number for line in year.house.awards.closing(officer, form=XA, cycle=2026)]
    assert before == [year.stage.number_of(name) for name in ("kt-dong", "kt-thcs", "kc-ht")]
    assert year.house.awards.close(officer, form=XA, cycle=2026) == 3
    assert year.house.awards.close(officer, form=XA, cycle=2026) == 0
    assert {name: state(year, name) for name in ("kt-dong", "kt-tay", "kt-tay-tinh", "kc-to-vien")} == {
        "kt-dong": "lapsed",
        "kt-tay": "awarded",
        "kt-tay-tinh": "awaiting_decision",
        "kc-to-vien": "awaiting_commune_decision",
    }
    with pytest.raises(Conflict) as closed:
        year.house.awards.open(officer, form=XA, cycle=2026)
    assert closed.value.code == "award_round_closed"
