"""The quantitative targets, from ``dossier_schemas/targets.json`` (seeds.md, section 5)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, cast

from workflow.definitions import strict_json
from workflow.definitions.schemas import definition_faults
from workflow.definitions.sources import Sources
from workflow.domain.errors import DefinitionInvalid
from workflow.domain.targets import Target


def load_targets(root: Path) -> tuple[Target, ...]:
    """The targets, in the order in which they are shown. ``root`` is the folder ``dossier_schemas``.

    Raises JsonRefused, DefinitionInvalid with all faults: of form, doubled codes, sources that are not there.
    """
    meta = strict_json.read((root / "meta" / "targets.schema.json").read_bytes())
    body = cast("dict[str, Any]", strict_json.read((root / "targets.json").read_bytes()))
    faults = definition_faults(cast("dict[str, Any]", meta), body, "targets.json")
    if faults:
        raise DefinitionInvalid(faults)
    codes = [one["code"] for one in body["targets"]]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    unknown = Sources.load(root / "sources.json").unknown(one["source"] for one in body["targets"])
    if twice or unknown:
        raise DefinitionInvalid((*twice, *unknown))
    return tuple(_target(one) for one in body["targets"])


def _target(one: dict[str, Any]) -> Target:
    return Target(
        code=one["code"],
        label=one["label"],
        population=one["population"],
        measure=one["measure"],
        share=Fraction(one["share"]) if "share" in one else None,
        source=one["source"],
        verified=one["verified"],
        note=one.get("note", ""),
    )
