"""What the shipped definitions are checked against, read once for all tests of this folder."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.support import tree
from workflow.definitions.calendars import load_calendar
from workflow.definitions.checks import Grounds, MetaSchemas
from workflow.definitions.criteria import load_criteria
from workflow.definitions.loader import load_kind
from workflow.definitions.schemas import PaperSchemas
from workflow.definitions.sources import Sources
from workflow.domain.kinds import DossierKind

LAW = tree.ROOT / "dossier_schemas"
KINDS = tuple(sorted(path.parent.parent.name for path in LAW.glob("kinds/*/v1/kind.json")))


@cache
def grounds() -> Grounds:
    return Grounds(
        MetaSchemas.from_folder(LAW),
        PaperSchemas.from_folder(LAW),
        load_criteria(LAW),
        Sources.load(LAW / "sources.json"),
        load_calendar(LAW / "calendars" / "vn"),
    )


@cache
def _body(code: str) -> str:
    return Path(LAW, "kinds", code, "v1", "kind.json").read_text(encoding="utf-8")


def body(code: str) -> dict[str, Any]:
    """A fresh copy of a shipped kind's body, to be bent at will."""
    fresh: dict[str, Any] = json.loads(_body(code))
    return copy.deepcopy(fresh)


@cache
def kind(code: str) -> DossierKind:
    return load_kind(body(code))
