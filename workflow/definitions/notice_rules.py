"""When people are reminded and letters go out, from ``dossier_schemas/notices.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from workflow.definitions import strict_json
from workflow.definitions.schemas import definition_faults
from workflow.domain.errors import DefinitionInvalid
from workflow.domain.telling import NoticeRules


def load_notice_rules(root: Path) -> NoticeRules:
    """The rules as shipped. ``root`` is the folder ``dossier_schemas``. Raises JsonRefused, DefinitionInvalid."""
    meta = strict_json.read((root / "meta" / "notices.schema.json").read_bytes())
    body = strict_json.read((root / "notices.json").read_bytes())
    faults = definition_faults(cast("dict[str, Any]", meta), body, "notices.json")
    if faults:
        raise DefinitionInvalid(faults)
    read = cast("dict[str, Any]", body)
    return NoticeRules(
        remind=tuple(sorted(read["remind"])),
        remind_of={kind: tuple(sorted(days)) for kind, days in read["remind_of"].items()},
        escalate=read["escalate"],
        digest_hour=read["digest_hour"],
        digest_weekday=read["digest_weekday"],
        retry=tuple(read["retry"]),
        claim=read["claim"],
        oldest=read["oldest"],
    )
