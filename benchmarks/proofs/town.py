"""A commune with many units, and every move that the proofs of races and kills make there, each lawful when it is made.

The kind is the shipped one for exemplary units, in the days of registration: a draft is written, handed in, returned,
held, lifted, withdrawn and reopened. Every mover is a person of their own, so that "who was quicker" has one answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workflow.bootstrap import House
from workflow.domain.actors import Actor, Role, system_actor
from workflow.domain.books import Organisation
from workflow.domain.calendars import HCM
from workflow.domain.dossier import Dossier
from workflow.domain.events import SignedPaper
from workflow.services.engine import Receipt
from workflow.services.inputs import ItemInput, MoveInput, PaperInput
from workflow.settings import FIXTURES, Settings
from workflow.storage.schema import create

PROVINCE, COMMUNE, KIND, CYCLE = "tinh", "xa", "dien_hinh", 2026
AT = datetime(2026, 1, 9, 8, tzinfo=HCM)
REGISTRATION = (FIXTURES / "dien_hinh" / "valid" / "registration.json").read_bytes()
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
REOPENING = {
    "number": "95/TB-UBND",
    "date": "2026-01-09",
    "issuer": "UBND xã",
    "signer_office": "Chủ tịch UBND xã",
    "ground": "error",
    "reason": "Có nhầm lẫn.",
}

OFFICERS = (Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE)
MOVES: Mapping[str, Mapping[str, Sequence[Role]]] = {
    "draft": {"file": (Role.UNIT,), "register": (Role.UNIT,)},
    "registered": {"return_to_unit": OFFICERS, "hold": OFFICERS, "withdraw": (Role.UNIT,)},
    "returned_to_unit": {"resubmit": (Role.UNIT,), "hold": OFFICERS, "withdraw": (Role.UNIT,)},
    "withdrawn": {"reopen": (Role.COMMUNE_COMMITTEE,)},
}
"""By state: every move that is made from it, and by whom. No draft is withdrawn: reopened, it hides from officers."""

HELD: Mapping[str, Sequence[Role]] = {"lift": (Role.COMMUNE_COMMITTEE,), "withdraw": (Role.UNIT,)}
"""The moves of a dossier on hold, in whatever state."""


def found_town(folder: Path, url: str, units: int) -> Town:
    """The commune in a new database, with so many units and the year open."""
    create(url, at=AT, practice=True, now=AT).close()
    town = Town.at(folder, url)
    rows = [
        Organisation(PROVINCE, "Tỉnh", "province", None, None, PROVINCE),
        Organisation(COMMUNE, "Xã", "xa", PROVINCE, COMMUNE, PROVINCE),
    ]
    rows += [Organisation(unit(n), f"Đơn vị {n}", "co_so_giao_duc", COMMUNE, COMMUNE, PROVINCE) for n in range(units)]
    town.house.organisations.import_rows(system_actor(PROVINCE), rows)
    keeper = Actor("pv01", Role.PROVINCE_POLICE, PROVINCE, PROVINCE)
    town.house.cycles.open(keeper, kind_code=KIND, cycle=CYCLE)
    return town


def unit(number: int) -> str:
    """The id of a unit."""
    return f"don-vi-{number}"


@dataclass(frozen=True, slots=True)
class Town:
    """The commune as one process sees it."""

    house: House
    signed: SignedPaper

    @classmethod
    def at(cls, folder: Path, url: str) -> Town:
        """The house over the database, with files of its own in the folder."""
        house = House(Settings(database=url, files=f"file:{folder / 'files'}"))
        scan = house.files.put(PDF, name="scan.pdf")
        return cls(house, SignedPaper("12/KL", "2026-01-09", "UBND xã", "Chủ tịch UBND xã", (scan.digest,)))

    def open(self, subject: str, person: str, *, key: str | None = None) -> Receipt:
        """Begin the dossier of a unit."""
        actor = Actor(person, Role.UNIT, subject, PROVINCE, COMMUNE)
        return self.house.dossiers.open(actor, kind_code=KIND, subject_id=subject, cycle=CYCLE, key=key)

    def make(
        self, move: str, role: Role, person: str, subject: str, dossier_id: str, seen: int, *, key: str | None = None
    ) -> Receipt:
        """One move of ``MOVES`` or ``HELD``, by a person in that role who saw the dossier at ``seen``."""
        organisation = subject if role is Role.UNIT else COMMUNE
        actor, dossiers = Actor(person, role, organisation, PROVINCE, COMMUNE), self.house.dossiers
        if move == "file":
            paper = PaperInput(REGISTRATION)
            return dossiers.file_paper(actor, dossier_id, "registration", paper, seen_version=seen, key=key)
        if move == "hold":
            return dossiers.hold(actor, dossier_id, reason="Có đơn.", seen_version=seen, key=key)
        if move == "lift":
            return dossiers.lift(actor, dossier_id, signed=self.signed, seen_version=seen, key=key)
        return dossiers.perform(actor, dossier_id, _asked(move, seen), key=key)

    def dossier(self, dossier_id: str) -> Dossier:
        """The dossier as it stands."""
        with self.house.engine.reading() as stores:
            return stores.dossiers.get(dossier_id)

    def dossier_of(self, subject: str) -> str | None:
        """The id of the unit's dossier of the year, or None."""
        with self.house.engine.reading() as stores:
            found = stores.dossiers.others(subject_id=subject, kind=KIND, cycle=CYCLE, void=frozenset())
        return found[0].id if found else None


def _asked(move: str, seen: int) -> MoveInput:
    if move == "return_to_unit":
        return MoveInput(move, seen, items=(ItemInput("Bổ sung bản đăng ký."),))
    if move == "reopen":
        raw = json.dumps(REOPENING, ensure_ascii=False).encode()
        return MoveInput(move, seen, reason="Có nhầm lẫn.", papers={"reopen_paper": PaperInput(raw)})
    return MoveInput(move, seen, reason="Xin rút." if move == "withdraw" else None)


def moves_from(dossier: Dossier) -> Mapping[str, Sequence[Role]]:
    """What can be made from where the dossier stands; a draft is registered only when its paper is there."""
    if dossier.hold is not None:
        return {name: HELD[name] for name in HELD if name != "withdraw" or dossier.state != "withdrawn"}
    moves = MOVES[dossier.state]
    if dossier.state == "draft" and dossier.newest("registration") is None:
        return {name: roles for name, roles in moves.items() if name != "register"}
    return moves
