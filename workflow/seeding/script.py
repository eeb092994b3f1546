"""A script as it is read: JSON under ``fixtures/``, times in Vietnam, organisations and people before the steps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from workflow.domain.books import Organisation
from workflow.domain.calendars import HCM
from workflow.settings import FIXTURES

Step = Mapping[str, Any]
Script = Mapping[str, Any]

STORY = FIXTURES / "story" / "vinh_phong_2026.json"
"""The year of one commune, told step by step."""


class ScriptBroken(RuntimeError):
    """A script cannot be played, or a step did not end as it says."""


def read_script(path: Path) -> Script:
    """The script in a file. Raises ``ScriptBroken`` when it is not a JSON object."""
    script = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(script, dict):
        raise ScriptBroken(f"{path.name} is no script")
    return script


def moment(text: str) -> datetime:
    """An instant of a script: ISO, in Asia/Ho_Chi_Minh unless it says otherwise."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=HCM)


def day(text: str | None) -> date | None:
    """A day of a script: ISO, or None."""
    return date.fromisoformat(text) if text else None


def organisation(row: Mapping[str, Any], province: str) -> Organisation:
    """An organisation of a script, in its province."""
    dates = {name: day(row.get(name)) for name in ("valid_from", "valid_to")}
    plain: dict[str, Any] = {"parent_id": None, "commune_id": None, **row, **dates, "province_id": province}
    return Organisation(**plain)
