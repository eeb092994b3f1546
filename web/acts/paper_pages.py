"""The form of one of an act's papers: the rows of dossiers are given, plain lists of numbers are set by the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from web.context import house
from web.forms import GivenRow, GivenRows, PaperForm, Setting
from workflow.queries.worklist import WorkItem


@cache
def _form(schema_id: str, digest: int) -> PaperForm:
    del digest
    return PaperForm(house().schemas.plain(schema_id))


def paper_form(schema_id: str) -> PaperForm:
    """The form of a paper's schema, built once for each installation's schemas."""
    return _form(schema_id, id(house().schemas))


def setting_for(schema_id: str, items: Sequence[WorkItem], *, kinds: Mapping[str, str]) -> Setting:
    """Rows that the dossiers of the act give; the others are typed. ``kinds``: what each kind is called, by code."""
    given: dict[str, GivenRows] = {}
    hidden: set[str] = set()
    for name, schema in _lists(schema_id):
        if "dossier" in schema["items"].get("properties", {}):
            rows = tuple(GivenRow(item.number, item.subject_name, kinds.get(item.kind, "")) for item in items)
            given[name] = GivenRows("dossier", rows)
        elif _is_number(schema["items"]):
            hidden.add(name)
    return Setting(given=given, hidden_fields=frozenset(hidden))


def with_dossiers(schema_id: str, document: Mapping[str, Any], items: Sequence[WorkItem]) -> dict[str, Any]:
    """The document with the numbers of the act's dossiers where the server sets them."""
    numbers = [item.number for item in items]
    return {**document, **{name: numbers for name, schema in _lists(schema_id) if _is_number(schema["items"])}}


def _lists(schema_id: str) -> list[tuple[str, Mapping[str, Any]]]:
    properties = house().schemas.plain(schema_id).get("properties", {})
    return [(name, schema) for name, schema in properties.items() if schema.get("type") == "array"]


def _is_number(schema: Mapping[str, Any]) -> bool:
    number = house().schemas.plain("hoso:common/dossier_number")
    return schema.get("type") == "string" and schema.get("pattern") == number.get("pattern")
