"""A small journal with all that hangs on it, and random tamperings of it, each of which must be found and named."""

from __future__ import annotations

from random import Random

from tests.support import tampering
from tests.support.dossiers import KIND, POLICE, START, UNIT, filed, keep_move, keep_new, paper_ref
from tests.support.kinds import CALENDAR
from tests.support.tampering import Tamperer
from workflow.domain.books import BooksEvent
from workflow.storage.database import Database
from workflow.storage.files import FileStore
from workflow.storage.state_proof import verify_state
from workflow.storage.unit_of_work import SqlUnitOfWork
from workflow.storage.verification import verify

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
DOCUMENT = b'{"title":"plan"}'


def fill(database: Database, files: FileStore, dossiers: int = 3) -> None:
    """Dossiers with a paper, a file and a text each, and some books; the third is withdrawn."""
    stored = files.put(PDF, name="scan.pdf")
    for number in range(1, dossiers + 1):
        with SqlUnitOfWork(database) as uow:
            dossier = keep_new(uow, number, subject_id=f"org-{number}")
            ref = paper_ref(DOCUMENT, paper_id=f"paper-{number}", files=(stored.digest,))
            uow.papers.add(ref, dossier_id=dossier.id, document=DOCUMENT, files=[stored], at=START)
            uow.texts.put(f"text {number}", dossier_id=dossier.id)
            uow.journal.append(dossier, filed(dossier, ref), UNIT)
            uow.dossiers.save(dossier, KIND, CALENDAR, seen_version=1)
            for trigger in ("register", "return", "resubmit", "withdraw" if number == 3 else "submit"):
                keep_move(uow, dossier, trigger)
            uow.journal.append_books("tinh", [BooksEvent("Changed", {"code": number})], POLICE, START)
            uow.commit()


def random_tamperings(database: Database, tamperer: Tamperer, number: int, *, seed: int) -> list[str]:
    """Tamper at random that often, mostly with the journal; what was not found, or not named at its place."""
    dice, missed = Random(seed), []  # noqa: S311 - the same tamperings every time
    for _ in range(number):
        missed += _journal(database, tamperer, dice) if dice.randrange(4) else _stored(database, tamperer, dice)
    return missed


def _journal(database: Database, tamperer: Tamperer, dice: Random) -> list[str]:
    rows = tamperer.original
    name, place = dice.choice(sorted(tampering.CHANGES)), dice.randrange(len(rows))
    tamperer.write(tampering.CHANGES[name](rows, place))
    first = verify(database).first_bad
    tamperer.restore()
    found = None if first is None else (first.stream, first.seq)
    expected = tampering.named_place(name, rows, place)
    row = rows[place]
    return [] if found == expected else [f"{name} at {row['stream']} {row['seq']}: {found}, not {expected}"]


def _stored(database: Database, tamperer: Tamperer, dice: Random) -> list[str]:
    what, name, undo = tampering.change_stored(tamperer, dice)
    state = verify_state(database, kind_of=lambda _dossier: KIND, calendar=CALENDAR)
    named = {fault.where for fault in state.faults} | {bad.stream for bad in verify(database).bad}
    undo()
    return [] if any(name in where for where in named) else [f"{what}: {sorted(named)}"]
