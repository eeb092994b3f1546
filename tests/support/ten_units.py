"""The story with two units more, which do as the women's union does until the meeting, and one dossier on hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workflow.seeding.script import STORY, read_script

LIKE, LIKE_NAME = "phu-nu", "Hội Liên hiệp Phụ nữ xã Vĩnh Phong"
MORE = {"cuu-chien-binh": "Hội Cựu chiến binh xã Vĩnh Phong", "chu-thap-do": "Hội Chữ thập đỏ xã Vĩnh Phong"}
HELD = "doan"
"""Its dossier is put on hold the day before the meeting."""


def with_ten_units(folder: Path, *, until: str) -> Path:
    """A script file of the story up to an instant: ten dossiers at the commune's meeting, one of them on hold."""
    script = dict(read_script(STORY))
    for part in ("organisations", "people"):
        model = [row for row in script[part] if row["id"].startswith(LIKE)]
        script[part] = [*script[part], *(_like(row, unit) for unit in MORE for row in model)]
    hold = next(step for step in script["steps"] if step["do"] == "hold")
    held = {**hold, "at": "2026-11-17T18:00:00", "dossier": HELD}
    steps = [more for step in script["steps"] if step["at"] < until for more in _with_more(step)]
    script["steps"] = sorted([*steps, held], key=lambda step: step["at"])
    file = folder / "ten-units.json"
    file.write_text(json.dumps(script, ensure_ascii=False), encoding="utf-8")
    return file


def _with_more(step: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A step with the two units in it, or followed by their own; what it tells of counts no longer holds."""
    expect = {name: value for name, value in step.get("expect", {}).items() if name not in {"facts", "states"}}
    plain = {**step, "expect": expect}
    if "rows" in step:
        plain["rows"] = _joined(step["rows"], "subject_id")
    if LIKE in step.get("dossiers", ()):
        plain["dossiers"] = [*step["dossiers"], *MORE]
        plain["papers"] = {
            code: {**paper, "items": _joined(paper["items"], "dossier")} for code, paper in step["papers"].items()
        }
    yield plain
    if step.get("dossier") == LIKE:
        yield from (_like(plain, unit) for unit in MORE)


def _joined(rows: list[Any], name: str) -> list[Any]:
    """Rows, and those of the model again for each of the two."""
    return [*rows, *(_like(row, unit) for unit in MORE for row in rows if LIKE in row[name])]


def _like(value: Any, unit: str) -> Any:
    """The same with another unit's ids and name."""
    if isinstance(value, Mapping):
        return {key: _like(item, unit) for key, item in value.items()}
    if isinstance(value, list):
        return [_like(item, unit) for item in value]
    return value.replace(LIKE, unit).replace(LIKE_NAME, MORE[unit]) if isinstance(value, str) else value
