"""A request for more time as pages tell it: for which date, until when, and of which year's page it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.context import house
from web.years.kinds import with_owed, yearly_kinds

if TYPE_CHECKING:
    from workflow.queries.requests import Waiting


def asked_row(asked: Waiting) -> dict[str, object]:
    """The request with the label of its date, and the yearly kind (``loai``) under which its date is kept."""
    code, deadline = str(asked.facts["kind"]), str(asked.facts["deadline"])
    kind = next((one for one in house().catalogue.kinds() if one.code == code), None)
    rule = kind.deadlines.get(deadline) if kind is not None else None
    yearly = next((one.code for one in yearly_kinds() if code in {own.code for own in with_owed(one)}), code)
    return {
        "asked": asked,
        "label": rule.label if rule is not None else "",
        "until": str(asked.facts["until"]),
        "loai": yearly,
    }
