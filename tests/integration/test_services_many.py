"""Many units registered from one table: the preview is the act, all or none, twice equals once, near names told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.houses import Told, tell_story
from workflow.bootstrap import House
from workflow.domain.errors import InvalidDocument, NotFound, TransitionRefused
from workflow.papers.registration_sheet import columns_of, first_paper, read_registrations, registration_template
from workflow.papers.table_template import table_template
from workflow.papers.tables_in import choices_of
from workflow.seeding.papers import scan
from workflow.seeding.script import moment
from workflow.services.many import EntriesRefused, Entry, EntryLine, ManyInput
from workflow.storage.verification import verify

NOW = "2026-01-16T09:00:00"
PLAIN = {
    "head_office": "Thủ trưởng",
    "commitments": "Xây dựng đơn vị an toàn.",
    "number": "12/ĐK-ĐV",
    "date": "2026-01-10",
    "signer_office": "Thủ trưởng",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Registration is open; a few units have registered."""
    return tell_story(tmp_path_factory.mktemp("many"), moment(NOW))


@pytest.fixture
def house(told: Told, tmp_path: Path) -> Iterator[House]:
    found = told.copy(tmp_path)
    yield found
    found.close()


def asked_of(house: House) -> ManyInput:
    """The table of the kind, with a scan of the signed list."""
    kind = house.catalogue.version("dien_hinh", 1)
    rule = first_paper(kind)
    assert rule is not None
    stored = house.files.put(scan("Danh sách đăng ký"), name="danh-sach.pdf")
    fields = frozenset(house.schemas.plain(rule.schema_id)["properties"])
    return ManyInput(kind.code, 2026, rule.code, fields, scans=(stored,))


def entry(unit: str, **more: object) -> Entry:
    return Entry(unit, {**PLAIN, **more})


def whats(lines: tuple[EntryLine, ...]) -> list[str]:
    return [line.what for line in lines]


GOOD = (entry("mttq-vinh-phong"), entry("Hội Liên hiệp Phụ nữ xã Vĩnh Phong"))


def test_preview_is_the_act_and_twice_equals_once(house: House) -> None:
    actor, asked = house.people.actor("cax-2"), asked_of(house)
    rows = verify(house.database).rows
    told = house.many.preview(actor, asked, GOOD)
    assert verify(house.database).rows == rows
    done = house.many.register(actor, asked, GOOD)
    assert whats(done) == whats(told) == ["add", "add"]
    assert [line.number for line in done] == [line.number for line in told]
    after = verify(house.database)
    assert (after.ok, after.rows > rows) == (True, True)
    assert whats(house.many.register(actor, asked, GOOD)) == ["same", "same"]
    assert verify(house.database).rows == after.rows
    other = (entry("mttq-vinh-phong", commitments="Nội dung khác."),)
    assert whats(house.many.register(actor, asked, other)) == ["there"]


def test_one_wrong_row_and_nobody_is_registered(house: House) -> None:
    actor, asked = house.people.actor("cax-2"), asked_of(house)
    rows = verify(house.database).rows
    bad = (GOOD[0], entry("Hội Phụ nữ xã Vĩnh Phong"), entry("phu-nu-vinh-phong", head_office=""))
    with pytest.raises(EntriesRefused) as refused:
        house.many.register(actor, asked, bad)
    lines = refused.value.lines
    assert whats(lines) == ["add", "wrong", "wrong"]
    assert isinstance(lines[1].error, NotFound)
    assert "Hội Liên hiệp Phụ nữ xã Vĩnh Phong" in lines[1].near
    assert isinstance(lines[2].error, InvalidDocument)
    assert verify(house.database).rows == rows


def test_doubled_unit_and_a_closed_window_are_told(house: House) -> None:
    actor, asked = house.people.actor("cax-2"), asked_of(house)
    assert whats(house.many.preview(actor, asked, (GOOD[0], GOOD[0]))) == ["add", "same"]
    without = ManyInput(asked.kind, asked.cycle, asked.code, asked.fields)
    (line,) = house.many.preview(actor, without, GOOD[:1])
    assert isinstance(line.error, TransitionRefused)


def test_table_is_made_from_the_schema_and_read_back(house: House) -> None:
    rule = first_paper(house.catalogue.version("dien_hinh", 1))
    assert rule is not None
    plain = house.schemas.plain(rule.schema_id)
    assert registration_template("Điển hình", plain, house.wording).startswith(b"PK")
    columns = columns_of(plain)
    assert [column.code for column in columns][:3] == ["subject", "school_level", "enterprise_size"]
    school = next(column for column in columns if column.code == "school_level")
    words = choices_of(school, house.wording)
    row = {"subject": "thpt", "school_level": words["thpt"], **{name: str(PLAIN[name]) for name in PLAIN}}
    filled = table_template("Bảng", columns, house.wording, rows=[{**row, "date": None}])
    ((_row, unit, document),) = read_registrations(filled, "bang.xlsx", plain, house.wording)
    assert (unit, document["school_level"], document["commitments"]) == ("thpt", "thpt", PLAIN["commitments"])


@pytest.mark.parametrize("kind", ["dien_hinh", "an_toan_antt", "phan_loai", "hoat_dong", "kinh_phi", "kiem_tra"])
def test_every_kind_that_people_begin_has_its_table(house: House, kind: str) -> None:
    found = house.catalogue.version(kind, 1)
    rule = first_paper(found)
    assert rule is not None
    assert len(columns_of(house.schemas.plain(rule.schema_id))) > 2


def test_what_only_the_system_begins_has_none(house: House) -> None:
    assert first_paper(house.catalogue.version("duy_tri", 1)) is None
