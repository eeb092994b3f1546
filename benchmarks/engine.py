"""The engine beside its floor: whole lives, five persisted moves, three validated papers of about 4 KB each.

    python -m benchmarks.engine [--lives 60] [--repeats 5] [--database sqlite postgresql]

The floor is the very statements that the engine ran (same rows, same reads, same transactions), with the same
validator, replayed on the bare driver in a twin database: nothing else of the engine. Both run interleaved; the ratio
counts, never the absolute time. PostgreSQL is the throw-away server of the tests unless HOSO_TEST_PG_URL names one.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.support.postgres import fresh_database, shared_server
from workflow.bootstrap import House
from workflow.domain.actors import Actor, Role, system_actor
from workflow.domain.books import Organisation
from workflow.domain.calendars import HCM
from workflow.services.inputs import MoveInput, PaperInput
from workflow.settings import FIXTURES, Settings
from workflow.storage.schema import create
from workflow.storage.statements import POSTGRESQL, SQLITE, SqlConnection

PROVINCE, COMMUNE = "tinh", "xa"
AT = datetime(2026, 3, 2, 8, tzinfo=HCM)
KIND = json.loads((Path(__file__).parent / "kind.json").read_text(encoding="utf-8"))
MOVES = (
    ("register", Role.UNIT, "registration"),
    ("assess", Role.COMMUNE_POLICE, "sheet"),
    ("meet", Role.COMMUNE_COMMITTEE, "minutes"),
    ("appraise", Role.PROVINCE_POLICE, None),
    ("recognize", Role.PROVINCE_COMMITTEE, None),
)


def registration() -> bytes:
    """A registration of about 3.4 KB."""
    document = json.loads((FIXTURES / "dien_hinh" / "valid" / "registration.json").read_text(encoding="utf-8"))
    if isinstance(document.get("commitments"), str):
        document["commitments"] = (document["commitments"] + " ") * 40
    return json.dumps(document, ensure_ascii=False).encode()


def sheet() -> bytes:
    """A score sheet of 20 criteria with evidence, about 4 KB."""
    rows = [
        {
            "criterion": f"{1 + index // 5}.{1 + index % 5}",
            "points": 5,
            "evidence": [{"label": f"Biên bản kiểm tra nội bộ số {index}", "date": "2026-02-10", "kind": "document"}],
            "note": "Thực hiện đầy đủ, có sổ theo dõi và biên bản kèm theo.",
        }
        for index in range(20)
    ]
    body = {"criteria_set": "do_toc_do@1", "scored_on": "2026-02-20", "scorer_office": "Phó Hiệu trưởng", "rows": rows}
    return json.dumps(body, ensure_ascii=False).encode()


def minutes(number: str) -> bytes:
    """Minutes of a meeting of 13 members, about 4 KB."""
    document = {
        "number": "41/BB-UBND",
        "date": "2026-03-01",
        "issuer": "UBND xã",
        "signer_office": "Chủ tịch UBND xã",
        "held_on": "2026-03-01",
        "held_at": "Hội trường UBND xã",
        "chair_office": "Thành viên 1",
        "secretary_office": "Thành viên 2",
        "members_total": 13,
        "attendance": [{"office": f"Thành viên {index}", "present": True} for index in range(1, 14)],
        "items": [
            {
                "dossier": number,
                "votes_for": 13,
                "votes_against": 0,
                "votes_other": 0,
                "not_voting": 0,
                "result": "propose",
                "remark": "Các thành viên thống nhất với kết quả đánh giá của Công an xã. " * 25,
            }
        ],
        "conclusion": "Thống nhất đề nghị. " * 40,
    }
    return json.dumps(document, ensure_ascii=False).encode()


@dataclass
class Site:
    """A database with a house over it, or without one for the floor."""

    house: House
    url: str
    ids: list[tuple[str, str]] = field(default_factory=list)

    def actor(self, role: Role, subject: str) -> Actor:
        """Somebody in that role; a different person for each, as separation of duties asks."""
        if role is Role.UNIT:
            return Actor(f"unit-{subject}", role, subject, PROVINCE, COMMUNE)
        commune = COMMUNE if role in (Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE) else None
        return Actor(role.value, role, PROVINCE, PROVINCE, commune)


def open_site(folder: Path, url: str, dossiers: int) -> Site:
    """A house with one commune, its units, an open cycle, and a draft for each unit."""
    create(url, at=AT, practice=True, now=AT).close()
    house = House(Settings(database=url, files=f"file:{folder / 'files'}"))
    system = system_actor(PROVINCE)
    rows = [
        Organisation(PROVINCE, "Tỉnh", "province", None, None, PROVINCE),
        Organisation(COMMUNE, "Xã", "xa", PROVINCE, COMMUNE, PROVINCE),
    ]
    rows += [
        Organisation(f"unit-{i}", f"Đơn vị {i}", "co_so_giao_duc", COMMUNE, COMMUNE, PROVINCE) for i in range(dossiers)
    ]
    house.organisations.import_rows(system, rows)
    site = Site(house, url)
    keeper = Actor("pv01", Role.PROVINCE_POLICE, PROVINCE, PROVINCE)
    house.definitions.publish(keeper, "kind", KIND, reason="benchmark")
    house.cycles.open(keeper, kind_code=KIND["code"], cycle=2026)
    for i in range(dossiers):
        receipt = house.dossiers.open(
            site.actor(Role.UNIT, f"unit-{i}"), kind_code=KIND["code"], subject_id=f"unit-{i}", cycle=2026
        )
        site.ids.append((receipt.dossier_id, receipt.number))
    return site


def live(site: Site, index: int) -> int:
    """One whole life; how many bytes of papers it carried."""
    dossier_id, number = site.ids[index]
    carried = 0
    for version, (trigger, role, code) in enumerate(MOVES, start=1):
        papers = {}
        if code is not None:
            raw = {"registration": REGISTRATION, "sheet": SHEET}.get(code) or minutes(number)
            papers = {code: PaperInput(raw)}
            carried += len(raw)
        site.house.dossiers.perform(
            site.actor(role, f"unit-{index}"), dossier_id, MoveInput(trigger, version, papers=papers)
        )
    return carried


REGISTRATION, SHEET = registration(), sheet()


@contextmanager
def recording() -> Iterator[list[tuple[str, Any]]]:
    """Every statement the engine runs meanwhile, with its values, in order."""
    log: list[tuple[str, Any]] = []
    cursor, raw = SqlConnection.cursor, SqlConnection.raw

    def spy(self: SqlConnection, statement: Any, values: Any) -> Any:
        compiled = statement.on(self.make)
        parameters = compiled.values(values)
        if self.make == SQLITE:
            parameters = tuple(json.dumps(v) if isinstance(v, list) else v for v in parameters)
        log.append((compiled.text, parameters))
        return cursor(self, statement, values)

    def spy_raw(self: SqlConnection, text: str) -> Any:
        log.append((text, None))
        return raw(self, text)

    SqlConnection.cursor, SqlConnection.raw = spy, spy_raw  # type: ignore[method-assign]
    try:
        yield log
    finally:
        SqlConnection.cursor, SqlConnection.raw = cursor, raw  # type: ignore[method-assign]


def replay(site: Site, log: list[tuple[str, Any]], papers: list[tuple[str, bytes]]) -> None:
    """The floor: the same validator on the same papers, the same statements on the bare driver."""
    database = site.house.database
    for schema_id, raw in papers:
        site.house.schemas.validate(schema_id, raw)
    connection = database.engine.connect()
    execute = connection.execute
    begin = "BEGIN IMMEDIATE" if database.make == SQLITE else "BEGIN"
    inside = False
    for text, parameters in log:
        if parameters is None:
            execute(text)
            inside = False
            continue
        if not inside:
            execute(begin)
            inside = True
        found = execute(text, parameters)
        if found.description is not None:
            found.fetchall()
    connection.close()


@contextmanager
def three_sites(make: str, folder: Path, server: str | None, dossiers: int) -> Iterator[tuple[Site, Site, Site]]:
    """Three equal databases: one to record on, one for the engine, one for the floor."""
    names = ("recorder", "engine", "floor")
    with ExitStack() as stack:
        if make == SQLITE:
            first = f"sqlite:///{folder / 'first.sqlite'}"
            made = open_site(folder, first, dossiers)
            made.house.close()
            for name in names:
                shutil.copyfile(folder / "first.sqlite", folder / f"{name}.sqlite")
            urls = [f"sqlite:///{folder / name}.sqlite" for name in names]
        else:
            if server is None:
                raise ValueError("PostgreSQL needs a server")
            first = stack.enter_context(fresh_database(server))
            made = open_site(folder, first, dossiers)
            made.house.close()
            template = first.rpartition("/")[2]
            urls = [stack.enter_context(fresh_database(server, template=template)) for _ in names]
        sites = [
            Site(House(Settings(database=url, files=f"file:{folder / 'files'}")), url, list(made.ids)) for url in urls
        ]
        try:
            yield sites[0], sites[1], sites[2]
        finally:
            for site in sites:
                site.house.close()


def measure(make: str, folder: Path, server: str | None, *, lives: int, repeats: int) -> dict[str, Any]:
    """Engine and floor interleaved; medians over the repeats (the first, which warms up, is not counted)."""
    total = lives * (repeats + 1)
    ratios: list[float] = []
    engine_times: list[float] = []
    floor_times: list[float] = []
    statements = 0
    with three_sites(make, folder, server, total) as (recorder, engine, floor):
        for repeat in range(repeats + 1):
            batch = range(repeat * lives, (repeat + 1) * lives)
            papers = [paper for index in batch for paper in papers_of(engine.ids[index][1])]
            with recording() as log:
                for index in batch:
                    live(recorder, index)
            began = time.perf_counter()
            for index in batch:
                live(engine, index)
            engine_time = time.perf_counter() - began
            began = time.perf_counter()
            replay(floor, log, papers)
            floor_time = time.perf_counter() - began
            if repeat:
                ratios.append(engine_time / floor_time)
                engine_times.append(engine_time / lives / len(MOVES))
                floor_times.append(floor_time / lives / len(MOVES))
            statements = sum(parameters is not None for _, parameters in log) // (lives * len(MOVES))
    answer: dict[str, Any] = {
        "database": make,
        "lives": lives,
        "repeats": repeats,
        "ratio": round(statistics.median(ratios), 2),
        "ratio_lowest": round(min(ratios), 2),
        "ratio_highest": round(max(ratios), 2),
        "engine_us_per_move": round(statistics.median(engine_times) * 1e6),
        "floor_us_per_move": round(statistics.median(floor_times) * 1e6),
        "statements_per_move": statements,
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    if make == SQLITE:
        grown = (folder / "engine.sqlite").stat().st_size
        answer["bytes_per_dossier"] = round(grown / total)
    return answer


def papers_of(number: str) -> tuple[tuple[str, bytes], ...]:
    """The three papers of one life with their schemas."""
    return (
        ("hoso:kinds/dien_hinh/v1/attachments/registration", REGISTRATION),
        ("hoso:kinds/dien_hinh/v1/attachments/self_score", SHEET),
        ("hoso:common/minutes", minutes(number)),
    )


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def main() -> int:
    """Measure and print one JSON line per database."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--lives", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--database", nargs="+", default=[SQLITE, POSTGRESQL], choices=[SQLITE, POSTGRESQL])
    wish = parser.parse_args()
    for make in wish.database:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hoso-bench-")))
            server = stack.enter_context(shared_server(_made(folder / "server"))).url if make == POSTGRESQL else None
            print(json.dumps(measure(make, folder, server, lives=wish.lives, repeats=wish.repeats)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
