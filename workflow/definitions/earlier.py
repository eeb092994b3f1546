"""Programmes whose results are entered as earlier decisions, from ``dossier_schemas/earlier.json`` (law.md)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from workflow.definitions import strict_json
from workflow.definitions.schemas import definition_faults
from workflow.domain.errors import DefinitionInvalid


@dataclass(frozen=True, slots=True)
class EarlierResult:
    """A result that may be chosen: its code and what it is called."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class EarlierProgramme:
    """A programme decided outside hoso: its code in the ledger, its words, its source, its results."""

    kind: str
    label: str
    source: str
    results: tuple[EarlierResult, ...]


def load_earlier(root: Path) -> tuple[EarlierProgramme, ...]:
    """The programmes, in the order in which they are offered. ``root`` is the folder ``dossier_schemas``.

    Raises JsonRefused, DefinitionInvalid with all faults.
    """
    meta = strict_json.read((root / "meta" / "earlier.schema.json").read_bytes())
    body = strict_json.read((root / "earlier.json").read_bytes())
    faults = definition_faults(cast("dict[str, Any]", meta), body, "earlier.json")
    if faults:
        raise DefinitionInvalid(faults)
    return tuple(
        EarlierProgramme(
            one["kind"], one["label"], one["source"], tuple(EarlierResult(**result) for result in one["results"])
        )
        for one in cast("dict[str, Any]", body)["programmes"]
    )
