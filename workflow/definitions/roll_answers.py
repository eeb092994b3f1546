"""What the values of a roll's columns are called: the titles of the choices in the schemas of the kind's papers."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.definitions.schemas import PaperSchemas
from workflow.domain.kinds import DossierKind
from workflow.domain.rolls import Holds


def roll_answers(kind: DossierKind, schemas: PaperSchemas) -> Mapping[str, Mapping[str, str]]:
    """By column that is chosen from a list: every value with its title, in the order of the form.

    A column that is ticked has no titles of its own: "true" and "false" are left to whoever shows them.
    """
    columns = kind.roll.columns if kind.roll is not None else ()
    found: dict[str, Mapping[str, str]] = {}
    for column in columns:
        if column.holds is Holds.CHOICE:
            field = schemas.plain(kind.attachments[column.paper].schema_id)["properties"][column.field]
            found[column.code] = {str(item["const"]): str(item["title"]) for item in field.get("oneOf", ())}
    return found
