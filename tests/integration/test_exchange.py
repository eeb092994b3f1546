"""Dossiers between two installations: up, back, up again and decided, on SQLite and PostgreSQL.

The year of Vinh Phong is played in two houses: the commune's, and PV01's, which knows a dossier only from packages.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.support.houses import Told, tell_story
from workflow import installation
from workflow.bootstrap import House
from workflow.domain.errors import HosoError, NotFound
from workflow.domain.packages import PackageLine, PackageRefused
from workflow.seeding.player import Player
from workflow.seeding.script import STORY, moment, read_script
from workflow.settings import Settings
from workflow.storage.chain import dossier_stream, row_hash
from workflow.storage.state_proof import verify_state
from workflow.storage.verification import verify

SENT = "2026-11-23T08:30:00"
FOUR = ("thpt", "thcs", "mttq", "phu-nu")
PV01 = frozenset({"pv01-1", "pv01-2", "ubnd-tinh-1"})


@dataclass
class Side:
    """One installation, and the story's names in it."""

    house: House
    player: Player

    def play(self, after: str, until: str, *, people: Callable[[str], bool]) -> None:
        """The steps of these people between two instants."""
        for step in self.player.script["steps"]:
            if moment(after) < moment(step["at"]) <= moment(until) and people(step["as"]):
                self.player.advance(moment(step["at"]))
                expected = {name: value for name, value in step.get("expect", {}).items() if name != "facts"}
                self.player._play({**step, "expect": expected}, moment(step["at"]))

    def state(self, name: str) -> str:
        """Where a dossier stands here."""
        return self.player.stage.dossier(self.player.stage.id_of(name)).state

    def package(self, person: str, *names: str) -> bytes:
        """A package of these dossiers."""
        actor = self.house.people.actor(person)
        return b"".join(self.house.package(actor, [self.player.stage.id_of(name) for name in names]))

    def take(self, person: str, package: bytes) -> tuple[PackageLine, ...]:
        """Take a package in, as its preview said."""
        actor = self.house.people.actor(person)
        with self.house.open_package(io.BytesIO(package)) as opened:
            told = self.house.exchange.preview(actor, opened)
            taken = self.house.exchange.take_in(actor, opened)
        assert told == taken
        return taken

    def is_whole(self) -> bool:
        """Journal, aggregates, papers, texts, counts and files are what the journal tells."""
        proof = verify_state(
            self.house.database,
            files=self.house.files,
            kind_of=lambda dossier: self.house.engine.kind_of(dossier, self.house.clock.now()),
            calendar=self.house.calendar(),
        )
        return verify(self.house.database).ok and proof.faults == []

    def rows(self) -> int:
        """How many rows the journal has."""
        return verify(self.house.database).rows


@pytest.fixture(scope="module")
def commune_story(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The commune has submitted four dossiers."""
    return tell_story(tmp_path_factory.mktemp("commune"), moment(SENT))


@pytest.fixture
def commune(commune_story: Told, tmp_path: Path) -> Iterator[Side]:
    """The commune's installation, with files of its own."""
    folder = tmp_path / "commune"
    folder.mkdir()
    house = commune_story.copy(folder)
    side = Side(house, Player(house, commune_story.script))
    for name in commune_story.ids:
        side.player.stage.name_dossier(name, commune_story.ids[name], commune_story.numbers[name])
    yield side
    house.close()


def province_at(database: str, folder: Path, **scene: Any) -> House:
    """An installation with the story's organisations and people, its year open, and no dossier."""
    settings = Settings(database=database, files=f"file:{folder}/files", province="tinh", _env_file=None)  # type: ignore[call-arg]
    installation.make(settings, at=moment("2025-12-01T00:00:00"), practice=True)
    house = House(settings)
    player = Player(house, {**read_script(STORY), **scene, "steps": []})
    list(player.play())
    player.advance(moment("2025-12-01T08:00:00"))
    house.cycles.open(house.people.actor("pv01-2"), kind_code="dien_hinh", cycle=2026)
    player.advance(moment(SENT))
    return house


@pytest.fixture
def sqlite_province(tmp_path: Path, commune: Side) -> Iterator[Side]:
    """PV01's installation on SQLite."""
    house = province_at(f"sqlite:///{tmp_path / 'pv01.sqlite'}", tmp_path / "pv01")
    yield _beside(house, commune)
    house.close()


@pytest.fixture
def province(tmp_path: Path, database_url: str, commune: Side) -> Iterator[Side]:
    """PV01's installation, once on SQLite and once on PostgreSQL."""
    house = province_at(database_url, tmp_path / "pv01")
    yield _beside(house, commune)
    house.close()


def _beside(house: House, commune: Side) -> Side:
    side = Side(house, Player(house, commune.player.script))
    side.player.stage.remember(commune.player.stage)
    return side


def in_province(person: str) -> bool:
    return person in PV01


def in_commune(person: str) -> bool:
    return person not in PV01


def fates(lines: tuple[PackageLine, ...]) -> list[str]:
    return [str(line.fate) for line in lines]


def test_dossiers_go_up_come_back_and_are_decided(commune: Side, province: Side) -> None:
    up = commune.package("cax-1", *FOUR)
    assert fates(province.take("pv01-1", up)) == ["new"] * 4
    assert province.state("mttq") == "province_appraisal"

    province.play(SENT, "2026-11-25T10:30:00", people=in_province)
    assert (province.state("thpt"), province.state("mttq")) == ("awaiting_decision", "returned_to_commune")
    back = province.package("pv01-1", *FOUR)
    assert fates(commune.take("cax-1", back)) == ["more"] * 4
    assert commune.state("mttq") == "returned_to_commune"

    commune.play(SENT, "2026-11-30T09:00:00", people=in_commune)
    again = commune.package("cax-1", "mttq", "doan")
    assert fates(province.take("pv01-1", again)) == ["more", "new"]

    province.play("2026-11-30T09:00:00", "2026-12-03T12:00:00", people=lambda one: one == "pv01-1")
    province.play("2026-12-08T08:59:00", "2026-12-08T09:00:00", people=in_province)
    decided = province.package("pv01-1", *FOUR, "doan")
    assert fates(commune.take("cax-1", decided)) == ["more"] * 5
    assert {commune.state(name) for name in (*FOUR, "doan")} == {"recognized"}

    with commune.house.engine.reading() as mine, province.house.engine.reading() as theirs:
        for name in FOUR:
            dossier = commune.player.stage.id_of(name)
            assert mine.ledger.of_dossier(dossier) == theirs.ledger.of_dossier(dossier) is not None
            assert mine.grafts.hashes(dossier) == theirs.grafts.hashes(dossier)
    assert commune.is_whole()
    assert province.is_whole()


def test_taking_in_again_changes_nothing(commune: Side, sqlite_province: Side) -> None:
    up = commune.package("cax-1", *FOUR)
    sqlite_province.take("pv01-1", up)
    rows = sqlite_province.rows()
    assert fates(sqlite_province.take("pv01-1", up)) == ["same"] * 4
    assert sqlite_province.rows() == rows
    assert commune.package("cax-1", *FOUR) == up, "the same dossiers at the same instant give the same bytes"
    sqlite_province.play(SENT, "2026-11-25T08:36:00", people=in_province)
    assert fates(sqlite_province.take("pv01-1", up)) == ["behind", "same", "same", "same"]
    assert sqlite_province.is_whole()


def refused(side: Side, person: str, package: bytes) -> HosoError:
    """How a package is refused, preview and taking in alike; and nothing changed."""
    actor, rows = side.house.people.actor(person), side.rows()
    found = []
    for what in (side.house.exchange.preview, side.house.exchange.take_in):
        try:
            with side.house.open_package(io.BytesIO(package)) as opened:
                lines = what(actor, opened)
                found += [line.error for line in lines if line.error is not None][:1]
        except PackageRefused as error:
            found += [line.error for line in error.faults if line.error is not None][:1]
        except HosoError as error:
            found.append(error)
    assert side.rows() == rows
    assert len(found) == 2
    assert found[0].code == found[1].code
    return found[0]


def rebuilt(package: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A package of one's own making: members changed, every digest of the manifest made anew."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(made, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        for name in manifest["members"]:
            content = change(name, old.read(name))
            manifest["members"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            new.writestr(name, content)
        manifest = json.loads(change("manifest.json", json.dumps(manifest).encode()))
        new.writestr("manifest.json", json.dumps(manifest))
    return made.getvalue()


def test_any_flipped_byte_of_a_member_is_refused(commune: Side, sqlite_province: Side) -> None:
    up = commune.package("cax-1", "mttq")
    with zipfile.ZipFile(io.BytesIO(up)) as archive:
        places = [entry.header_offset + 30 + len(entry.filename) for entry in archive.infolist()]
    for place in places:
        flipped = bytearray(up)
        flipped[place + 3] ^= 0x20
        assert refused(sqlite_province, "pv01-1", bytes(flipped)).code == "package_damaged"
    assert refused(sqlite_province, "pv01-1", up[:-40]).code == "package_damaged"
    assert refused(sqlite_province, "pv01-1", b"PK nothing").code == "package_damaged"


def record_of(content: bytes) -> dict[str, Any]:
    """The record of a dossier, to be changed."""
    found: dict[str, Any] = orjson.loads(content)
    return found


def test_row_that_was_rewritten_is_found_by_the_chain(commune: Side, sqlite_province: Side) -> None:
    def change(name: str, content: bytes) -> bytes:
        if not name.endswith("record.json"):
            return content
        record = record_of(content)
        record["rows"][3]["person_id"] = "somebody"
        return orjson.dumps(record)

    error = refused(sqlite_province, "pv01-1", rebuilt(commune.package("cax-1", "mttq"), change))
    assert (error.code, error.facts["why"]) == ("package_damaged", "chain")


def test_stream_that_was_written_anew_must_still_be_lawful(commune: Side, sqlite_province: Side) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name == "manifest.json":
            manifest = json.loads(content)
            manifest["dossiers"][0]["head"] = heads[-1]
            return json.dumps(manifest).encode()
        if not name.endswith("record.json"):
            return content
        record = record_of(content)
        prev = record["rows"][0]["prev"]
        for row in record["rows"]:
            if row["event"] == "Moved":
                row["role"] = "province_committee"
            row["prev"] = prev
            names = ("seq", "at", "person_id", "role", "organisation_id", "door", "os_user", "event", "payload", "prev")
            prev = row["hash"] = row_hash([dossier_stream(record["dossier_id"]), *(row[one] for one in names)])
        heads.append(prev)
        return orjson.dumps(record)

    heads: list[str] = []
    error = refused(sqlite_province, "pv01-1", rebuilt(commune.package("cax-1", "mttq"), change))
    assert error.code == "package_step"


def test_streams_that_part_are_refused_by_name(commune: Side, sqlite_province: Side) -> None:
    sqlite_province.take("pv01-1", commune.package("cax-1", "thpt", "mttq"))
    number = commune.player.stage.number_of("mttq")
    for side, person in ((commune, "cax-1"), (sqlite_province, "pv01-1")):
        dossier = side.player.stage.dossier(side.player.stage.id_of("mttq"))
        actor = side.house.people.actor("pv01-1")
        side.house.dossiers.hold(actor, dossier.id, reason=f"Chờ {person}.", seen_version=dossier.version)
    error = refused(sqlite_province, "pv01-1", commune.package("cax-1", "thpt", "mttq"))
    assert (error.code, error.facts["number"]) == ("package_diverged", number)


def test_signature_is_asked_for_where_a_key_is_shared(commune: Side, sqlite_province: Side) -> None:
    plain = commune.package("cax-1", "mttq")
    commune.house.exchange_keys = {"vinh-phong": "k" * 32}
    signed = commune.package("cax-1", "mttq")
    sqlite_province.house.exchange_keys = {"vinh-phong": "k" * 32, "xa-khac": "x" * 32}
    assert refused(sqlite_province, "pv01-1", plain).code == "package_unsigned"
    assert refused(sqlite_province, "pv01-1", rebuilt(signed, _retitled)).code == "package_signature"
    with sqlite_province.house.open_package(io.BytesIO(signed)) as opened:
        assert opened.key == "vinh-phong"
    sqlite_province.house.exchange_keys = {"vinh-phong": "other" * 8}
    assert refused(sqlite_province, "pv01-1", signed).code == "package_signature"
    sqlite_province.house.exchange_keys = {"vinh-phong": "k" * 32}
    assert fates(sqlite_province.take("pv01-1", signed)) == ["new"]


def _retitled(name: str, content: bytes) -> bytes:
    return content.replace(b"</title>", b"!</title>") if name == "index.html" else content


def test_who_takes_in_and_what_is_within_reach(commune: Side, sqlite_province: Side) -> None:
    up = commune.package("cax-1", "mttq")
    assert refused(sqlite_province, "ubnd-tinh-1", up).code == "package_role"
    elsewhere = replace(commune.house.people.actor("cax-1"), commune_id="xa-khac")
    with commune.house.open_package(io.BytesIO(up)) as opened:
        (line,) = commune.house.exchange.preview(elsewhere, opened)
    assert line.error is not None
    assert line.error.code == "package_elsewhere"


def test_unit_takes_a_copy_to_read_and_nobody_takes_it_in(commune: Side, sqlite_province: Side) -> None:
    copy = commune.package("mttq", "mttq")
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        names = archive.namelist()
        page = archive.read(next(name for name in names if name.startswith("dossiers/") and "index" in name)).decode()
        papers = [json.loads(archive.read(name)) for name in names if "/papers/" in name]
    assert not [name for name in names if name.endswith("record.json")]
    assert "Mặt trận" in page
    assert commune.player.stage.number_of("thpt") not in json.dumps(papers), "of an act's paper a unit reads its part"
    assert refused(sqlite_province, "pv01-1", copy).code == "package_copy"
    with pytest.raises(NotFound):
        commune.package("mttq", "thpt")


def test_package_is_read_without_hoso(commune: Side) -> None:
    up = commune.package("cax-1", "thpt", "mttq")
    with zipfile.ZipFile(io.BytesIO(up)) as archive:
        assert archive.testzip() is None
        index = archive.read("index.html").decode()
        number = commune.player.stage.number_of("mttq")
        page = archive.read(f"dossiers/{number}/index.html").decode()
        story = archive.read(f"dossiers/{number}/journal.csv").decode("utf-8-sig")
        links = re.findall(r'href="\.\./\.\./(files/[^"]+)"', page)
        assert links
        assert set(links) <= set(archive.namelist())
    assert f'<a href="dossiers/{number}/index.html">{number}</a>' in index
    assert "Gói 2 hồ sơ" in index
    assert "Đưa vào hồ sơ “Kế hoạch của đơn vị”, bản 1" in page
    assert story.count("\n") > 5


def test_number_block_keeps_installations_apart(commune: Side) -> None:
    house = commune.house
    actor = house.people.actor("pv01-1")
    with house.engine.reading() as stores:
        before = stores.books.settings("tinh")
    house.dates.set_settings(actor, replace(before, number_block=17), reason="Dãy số của xã.")
    with house.engine.uow() as uow:
        kind = house.catalogue.version("dien_hinh", 1)
        block = uow.books.settings("tinh").number_block
        number = uow.dossiers.next_number(province_id="tinh", kind=kind, cycle=2026, block=block)
    assert number.startswith("2026-DH-1700")


@pytest.mark.parametrize(("gone", "ends"), [("mttq-vinh-phong", "new"), ("vinh-phong", "package_commune_unknown")])
def test_unit_that_is_not_here_comes_along_and_a_commune_does_not(
    commune: Side, tmp_path: Path, gone: str, ends: str
) -> None:
    script = read_script(STORY)
    less = [
        one for one in script["organisations"] if gone not in (one["id"], one.get("parent_id"), one.get("commune_id"))
    ]
    there = {one["id"] for one in less} | {"tinh"}
    people = [one for one in script["people"] if one["organisation"] in there]
    house = province_at(f"sqlite:///{tmp_path / 'pv01.sqlite'}", tmp_path / "pv01", organisations=less, people=people)
    side = _beside(house, commune)
    up = commune.package("cax-1", "mttq")
    if ends == "new":
        (line,) = side.take("pv01-1", up)
        assert (str(line.fate), [code for code, _ in line.notes]) == ("new", ["package.note.unit", *[]])
        assert side.house.organisations.named(side.house.people.actor("pv01-1"), gone).commune_id == "vinh-phong"
    else:
        assert refused(side, "pv01-1", up).code == ends
    house.close()
