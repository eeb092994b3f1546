"""A program that kills itself after its n-th statement, for n = 1, 2, 3 …, and tells what stood afterwards.

    python -m tests.support.dying <database url> [--commit-each | --hold]

One line of JSON a death. ``--commit-each`` plants the fault of a write outside the transaction; ``--hold`` begins to
write, says so and waits to be killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from typing import Any

from sqlalchemy import func, select

from tests.support.dossiers import KIND, START, UNIT, keep_new, move, paper_ref
from tests.support.kinds import CALENDAR
from workflow.domain.actors import Role
from workflow.domain.books import Notice
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement
from workflow.storage.tables import DOSSIER, DRAFT, IDEMPOTENCY, JOURNAL, OUTBOX, PAPER
from workflow.storage.unit_of_work import SqlUnitOfWork

DOCUMENT = b'{"title":"plan"}'
COUNTED = {"journal": JOURNAL, "papers": PAPER, "notices": OUTBOX, "keys": IDEMPOTENCY, "draft": DRAFT}


def work(database: Database) -> None:
    """One move with everything that hangs on it: paper, draft dropped, journal, notice, key."""
    with SqlUnitOfWork(database) as uow:
        dossier = uow.dossiers.get("d-1")
        uow.papers.add(paper_ref(DOCUMENT), dossier_id="d-1", document=DOCUMENT, files=(), at=START)
        uow.papers.drop_draft(dossier_id="d-1", code="plan")
        uow.journal.append(dossier, move(dossier, "register"), UNIT)
        uow.dossiers.save(dossier, KIND, CALENDAR, seen_version=1)
        uow.outbox.put([Notice("d-1", Role.COMMUNE_POLICE, "ca-xa", "registered", {})], at=START)
        uow.keys.keep("k", person_id="p", request_digest="a", answer={}, at=START)
        uow.commit()


def die_after(statements: int, *, commit_each: bool) -> None:
    """Plant the kill: the statement of that number is the last this process runs. COMMIT counts before and after."""
    execute, raw = SqlConnection.cursor, SqlConnection.raw
    left = statements

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def counting(self: SqlConnection, *arguments: Any) -> Any:
        done = execute(self, *arguments)
        if commit_each:
            raw(self, "COMMIT")
            raw(self, "BEGIN")
        count()
        return done

    def counting_raw(self: SqlConnection, text: str) -> Any:
        count()
        done = raw(self, text)
        count()
        return done

    SqlConnection.cursor = counting  # type: ignore[method-assign]
    SqlConnection.raw = counting_raw  # type: ignore[method-assign]


def in_child(url: str, statements: int, *, commit_each: bool) -> bool:
    """Do the work in a process of its own; whether it was killed."""
    child = os.fork()
    if child == 0:
        database = Database.open(url)
        die_after(statements, commit_each=commit_each)
        work(database)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
        sys.exit("the child failed instead of being killed")
    return os.WIFSIGNALED(status)


def what_stands(url: str) -> dict[str, int]:
    """The version of the dossier and the number of rows beside it."""
    database = Database.open(url)
    with database.read() as reader:
        version = reader.all(Statement(select(DOSSIER.c.version)))[0][0]
        counts = {
            name: reader.all(Statement(select(func.count()).select_from(table)))[0][0]
            for name, table in COUNTED.items()
        }
    database.close()
    return {"version": version, **counts}


def main(url: str, *options: str) -> None:
    """See the module's docstring."""
    database = Database.open(url)
    if "--hold" in options:
        with SqlUnitOfWork(database) as uow:
            keep_new(uow)
            print("holding", flush=True)
            time.sleep(60)
    with SqlUnitOfWork(database) as uow:
        keep_new(uow)
        uow.papers.save_draft(dossier_id="d-1", code="plan", person_id="p", document=b"{}", at=START)
        uow.commit()
    database.close()
    before, killed, statements = what_stands(url), True, 0
    while killed and statements < 40:
        statements += 1
        killed = in_child(url, statements, commit_each="--commit-each" in options)
        stands = what_stands(url)
        print(json.dumps({"killed": killed, "stands": stands}), flush=True)
        if stands != before:
            break


if __name__ == "__main__":
    main(*sys.argv[1:])
