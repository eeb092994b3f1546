"""Whom a kind is not about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Subjects that the kind is not about: those of whom ``field`` says one of ``any_of``.

    The field is one of the first paper and of an organisation's own data; ``label`` says in words who is left out.
    """

    field: str
    any_of: tuple[str, ...]
    label: str
    source: str = ""
    verified: bool = False

    def leaves_out(self, said: Mapping[str, object]) -> bool:
        """Whether a subject of which this is said is left out. What nobody said leaves nobody out."""
        value = said.get(self.field)
        return (str(value).lower() if isinstance(value, bool) else value) in self.any_of
