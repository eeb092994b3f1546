"""A program that opens a database, forks, and works on both sides, as a server with worker processes does.

python -m tests.support.forking <database url>
"""

from __future__ import annotations

import os
import sys

from tests.support.dossiers import keep_new
from workflow.storage.database import Database
from workflow.storage.unit_of_work import SqlUnitOfWork


def write(database: Database, first: int) -> None:
    """Ten dossiers, numbered from ``first``."""
    for number in range(first, first + 10):
        with SqlUnitOfWork(database) as uow:
            keep_new(uow, number, subject_id=f"org-{number}")
            uow.commit()


def main(url: str) -> None:
    """See the module's docstring."""
    database = Database.open(url)
    write(database, 1)
    children = []
    for worker in (1, 2, 3):
        child = os.fork()
        if child == 0:
            write(database, 100 * worker)
            os._exit(0)
        children.append(child)
    write(database, 11)
    ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    with SqlUnitOfWork(database, read_only=True) as reader:
        print(ended, len(reader.dossiers.ids_where(province_id="tinh")))
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
