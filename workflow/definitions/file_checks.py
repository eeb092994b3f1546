"""What is checked about uploaded files and how much it weighs, from ``dossier_schemas/file_checks.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from workflow.definitions import strict_json
from workflow.definitions.schemas import definition_faults
from workflow.domain.errors import DefinitionInvalid
from workflow.domain.file_checks import FileChecks, FileLimits, Weight

FILE = "file_checks.json"


def load_file_checks(root: Path) -> FileChecks:
    """The weights, marks and limits. ``root`` is the folder ``dossier_schemas``.

    Raises JsonRefused, DefinitionInvalid with all faults.
    """
    meta = strict_json.read((root / "meta" / "file_checks.schema.json").read_bytes())
    body = strict_json.read((root / FILE).read_bytes())
    faults = definition_faults(cast("dict[str, Any]", meta), body, FILE)
    if faults:
        raise DefinitionInvalid(faults)
    found = cast("dict[str, Any]", body)
    return FileChecks(
        weights={check: Weight(weight) for check, weight in found["checks"].items()},
        marks=tuple(found["marks"]),
        limits=FileLimits(**found["limits"]),
    )
