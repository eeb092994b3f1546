"""What a list of the ledger is narrowed to, as one value that stands in a URL and comes back from it unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from workflow.domain.errors import InvalidInput
from workflow.queries import filters as urls


@dataclass(frozen=True, slots=True)
class LedgerFilters:
    """Conditions on the ledger; None and "" narrow nothing. ``confirmed`` False: what waits for a second person.

    ``subject_kind``: the kind of organisation that holds the result.
    """

    kind: str | None = None
    cycle: int | None = None
    result: str | None = None
    commune: str | None = None
    subject_kind: str | None = None
    standing: bool | None = None
    confirmed: bool | None = None
    text: str = ""

    def to_query(self) -> dict[str, str]:
        """As parameters of a URL; what narrows nothing is left out."""
        plain = {
            "kind": self.kind,
            "cycle": None if self.cycle is None else str(self.cycle),
            "result": self.result,
            "commune": self.commune,
            "subject": self.subject_kind,
            "standing": _flag(self.standing),
            "confirmed": _flag(self.confirmed),
            "q": self.text or None,
        }
        return {name: value for name, value in plain.items() if value is not None}

    def query_string(self, **more: str) -> str:
        """The same as text after the question mark, with further parameters behind."""
        return urlencode({**self.to_query(), **more})

    @classmethod
    def from_query(cls, given: Mapping[str, str]) -> LedgerFilters:
        """The filters of a URL's parameters. Raises InvalidInput ``filter_invalid`` (facts: name, value)."""
        found = {name: value.strip() for name, value in given.items() if value.strip()}
        return cls(
            kind=urls.code("kind", found),
            cycle=urls.year("cycle", found),
            result=urls.code("result", found),
            commune=urls.code("commune", found),
            subject_kind=urls.code("subject", found),
            standing=_flag_of("standing", found),
            confirmed=_flag_of("confirmed", found),
            text=urls.text("q", found),
        )


def _flag(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _flag_of(name: str, given: Mapping[str, str]) -> bool | None:
    value = given.get(name)
    if value not in {None, "yes", "no"}:
        raise InvalidInput("filter_invalid", name=name, value=str(value)[: urls.TEXT_LENGTH])
    return None if value is None else value == "yes"
