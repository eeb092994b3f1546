"""A province with one commune, and whole lives in it: five persisted moves, three papers of about 4 KB each."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from workflow.bootstrap import House
from workflow.domain.actors import Actor, Role, system_actor
from workflow.domain.books import Organisation
from workflow.domain.calendars import HCM
from workflow.services.inputs import MoveInput, PaperInput
from workflow.settings import FIXTURES, Settings
from workflow.storage.schema import create

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
    """A registration of about 4 KB."""
    document = json.loads((FIXTURES / "dien_hinh" / "valid" / "registration.json").read_text(encoding="utf-8"))
    if isinstance(document.get("commitments"), str):
        document["commitments"] = (document["commitments"] + " ") * 20
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


Moves = list[tuple[Actor, str, MoveInput]]


def moves_of(site: Site, index: int) -> Moves:
    """What the people of one life hand in, from registered to recognised."""
    dossier_id, number = site.ids[index]
    papers = {"registration": REGISTRATION, "sheet": SHEET, "minutes": minutes(number)}
    return [
        (
            site.actor(role, f"unit-{index}"),
            dossier_id,
            MoveInput(trigger, version, papers={code: PaperInput(papers[code])} if code else {}),
        )
        for version, (trigger, role, code) in enumerate(MOVES, start=1)
    ]


def live(site: Site, moves: Moves) -> None:
    """One whole life."""
    perform = site.house.dossiers.perform
    for actor, dossier_id, move in moves:
        perform(actor, dossier_id, move)


REGISTRATION, SHEET = registration(), sheet()


def papers_of(number: str) -> tuple[tuple[str, bytes], ...]:
    """The three papers of one life with their schemas."""
    return (
        ("hoso:kinds/dien_hinh/v1/attachments/registration", REGISTRATION),
        ("hoso:kinds/dien_hinh/v1/attachments/self_score", SHEET),
        ("hoso:common/minutes", minutes(number)),
    )
