"""The nightly backup: one archive a day under a name of its day, so many of them kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workflow.domain.calendars import local_day
from workflow.domain.errors import Conflict
from workflow.storage.backup import create_backup
from workflow.storage.database import Database
from workflow.storage.files import FileStore

_OURS = re.compile(r"hoso-\d{4}-\d{2}-\d{2}\.zip")


@dataclass(frozen=True, slots=True)
class NightlyBackup:
    """The archive made, None when the day has one; the names of those that were removed."""

    name: str | None
    removed: tuple[str, ...]


def back_up(database: Database, files: FileStore, folder: Path, *, at: datetime, keep: int) -> NightlyBackup:
    """Make the archive of the day, then remove the oldest of ours beyond ``keep``. Raises Unavailable.

    Nothing is removed unless an archive of the day stands; files with other names are left alone.
    """
    name: str | None = f"hoso-{local_day(at).isoformat()}.zip"
    try:
        create_backup(database, files, folder / str(name), at=at)
    except Conflict:
        name = None
    ours = sorted(file for file in folder.iterdir() if _OURS.fullmatch(file.name))
    old = ours[:-keep]
    for file in old:
        file.unlink()
    return NightlyBackup(name, tuple(file.name for file in old))
