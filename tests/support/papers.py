"""The shipped paper schemas, read once, and the documents that show them right and wrong."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.support import tree
from workflow.definitions.schemas import PaperSchemas, paper_schema_id, read_schema_files

SCHEMAS = tree.ROOT / "dossier_schemas"
FIXTURES = tree.ROOT / "fixtures"
KINDS = tuple(sorted(path.name for path in (SCHEMAS / "kinds").iterdir() if (path / "v1" / "attachments").is_dir()))


@cache
def shipped() -> PaperSchemas:
    """All schemas under dossier_schemas/, compiled."""
    return PaperSchemas.from_folder(SCHEMAS)


def documents() -> dict[str, Any]:
    """A fresh copy of all schema documents by id, the meta-schema among them."""
    return read_schema_files(SCHEMAS)


def files(verdict: str) -> list[Path]:
    """Every fixture of that verdict ("valid", "invalid"), of all kinds."""
    return [path for kind in KINDS for path in sorted((FIXTURES / kind / verdict).glob("*.json"))]


def name_of(path: Path) -> str:
    """How a test calls a fixture: kind and file."""
    return f"{path.parent.parent.name}-{path.stem}"


def schema_of(path: Path) -> str:
    """The schema a fixture speaks of: the first word of its name."""
    return paper_schema_id(path.parent.parent.name, 1, path.stem.split("--")[0].split("__")[0])


def valid(kind: str, name: str) -> Any:
    """The parsed content of a valid fixture."""
    return json.loads((FIXTURES / kind / "valid" / f"{name}.json").read_text(encoding="utf-8"))
