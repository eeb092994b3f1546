"""A paper shared by the dossiers of an act, as one unit may read it: what it says of others is none of its business.

Votes, results and reasons of another unit are outside its sight (promises.md P27); the rest is its own too.
"""

from __future__ import annotations

from collections.abc import Mapping

ROW = "dossier"
"""The field by which a row of a shared paper names its dossier (``hoso:common/dossier_number``)."""

LIST = "dossiers"
"""The field in which a shared paper lists its dossiers by number alone."""


def part_of(document: Mapping[str, object], number: str) -> dict[str, object]:
    """The document with only those rows that name ``number``; rows that name no dossier stay."""
    return {name: _part(name, value, number) for name, value in document.items()}


def _part(name: str, value: object, number: str) -> object:
    if not isinstance(value, list | tuple):
        return value
    if name == LIST:
        return [item for item in value if item == number or (isinstance(item, Mapping) and item.get(ROW) == number)]
    return [item for item in value if not isinstance(item, Mapping) or item.get(ROW, number) == number]
