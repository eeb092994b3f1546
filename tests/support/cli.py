"""The command line as tests use it: one command, its exit code, what it printed, and a digest of the whole database."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from tests.support.houses import Told
from workflow.cli import main


@dataclass(frozen=True, slots=True)
class Answered:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The JSON on standard output."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The JSON of a refusal on standard error."""
        found: dict[str, Any] = json.loads(self.err)["error"]
        return found

    @property
    def refusals(self) -> list[str]:
        """Codes of the refusals, in order of their names."""
        return sorted(row["code"] for row in self.error["refusals"])


class Hoso:
    """The command line on one SQLite file, or on another database by its ``url``."""

    def __init__(self, file: Path, files: Path, *, url: str | None = None) -> None:
        self.file, self.files, self.address = file, files, url or str(file)
        self.env: dict[str, str | None] = dict.fromkeys(
            ("HOSO_DATABASE", "HOSO_DEBUG", "HOSO_FILES", "HOSO_PROVINCE", "HOSO_TOKEN")
        )

    @classmethod
    def on(cls, told: Told, folder: Path) -> Hoso:
        """On a copy of a played story."""
        shutil.copyfile(told.folder / "story.sqlite", folder / "cli.sqlite")
        return cls(folder / "cli.sqlite", told.folder / "files")

    def __call__(self, *words: object, by: str | None = None, at: str | None = None) -> Answered:
        """Run one command; ``by`` is ``--as``."""
        args = [str(word) for word in words]
        args += ["--db", self.address, "--files", str(self.files)]
        args += ["--as", by] if by else []
        args += ["--at", at] if at else []
        result = CliRunner(env=self.env).invoke(main, args)
        return Answered(result.exit_code, result.stdout, result.stderr)

    def json(self, *words: object, by: str | None = None, at: str | None = None) -> Answered:
        """The same with ``--json``."""
        return self(*words, "--json", by=by, at=at)

    def digest(self) -> str:
        """SHA-256 over every row of every table, the facts about the file itself included."""
        found = hashlib.sha256()
        with sqlite3.connect(self.file) as connection:
            for line in connection.iterdump():
                found.update(line.encode())
        connection.close()
        return found.hexdigest()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of a query on the file."""
        connection = sqlite3.connect(self.file)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()


def write_json(path: Path, document: object) -> Path:
    """A document in a file."""
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path
