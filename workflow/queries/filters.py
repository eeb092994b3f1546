"""What a list is narrowed to, as one value that stands in a URL and comes back from it unchanged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from workflow.domain.actors import Role
from workflow.domain.errors import InvalidInput
from workflow.domain.step_clock import LatenessKind

E = TypeVar("E", bound=StrEnum)

TEXT_LENGTH = 100
_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
_YEAR = re.compile(r"\d{4}", re.ASCII)


class Tab(StrEnum):
    """The three tabs of a worklist: my turn, with others, ended."""

    MINE = "mine"
    ELSEWHERE = "elsewhere"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on a list of dossiers; None and "" narrow nothing. ``text``: words of a name, or a number."""

    tab: Tab = Tab.MINE
    kind: str | None = None
    state: str | None = None
    stage: str | None = None
    commune: str | None = None
    holder: Role | None = None
    lateness: LatenessKind | None = None
    cycle: int | None = None
    text: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything but the tab is chosen."""
        return self != Filters(self.tab)

    def without(self, name: str) -> Filters:
        """The same without one condition: taken back on a page."""
        return replace(self, **{name: getattr(Filters(), name)})

    def to_query(self) -> dict[str, str]:
        """As parameters of a URL; what narrows nothing is left out."""
        plain = {
            "tab": None if self.tab is Tab.MINE else self.tab.value,
            "kind": self.kind,
            "state": self.state,
            "stage": self.stage,
            "commune": self.commune,
            "holder": self.holder and self.holder.value,
            "lateness": self.lateness and self.lateness.value,
            "cycle": None if self.cycle is None else str(self.cycle),
            "q": self.text or None,
        }
        return {name: value for name, value in plain.items() if value is not None}

    def query_string(self, **more: str) -> str:
        """The same as text after the question mark, with further parameters behind."""
        return urlencode({**self.to_query(), **more})

    @classmethod
    def from_query(cls, given: Mapping[str, str]) -> Filters:
        """The filters of a URL's parameters; other parameters and empty ones are not looked at.

        Raises InvalidInput ``filter_invalid`` (facts: name, value) for a value that no filter can have.
        """
        found = {name: value.strip() for name, value in given.items() if value.strip()}
        return cls(
            tab=member(Tab, "tab", found) or Tab.MINE,
            kind=code("kind", found),
            state=code("state", found),
            stage=code("stage", found),
            commune=code("commune", found),
            holder=member(Role, "holder", found),
            lateness=member(LatenessKind, "lateness", found),
            cycle=year("cycle", found),
            text=text("q", found),
        )


def code(name: str, given: Mapping[str, str]) -> str | None:
    """A code or id among the parameters, or None. Raises InvalidInput ``filter_invalid``."""
    value = given.get(name)
    if value is not None and not _CODE.fullmatch(value):
        raise InvalidInput("filter_invalid", name=name, value=value[:TEXT_LENGTH])
    return value


def year(name: str, given: Mapping[str, str]) -> int | None:
    """A year of four digits, or None. Raises InvalidInput ``filter_invalid``."""
    value = given.get(name)
    if value is None:
        return None
    if not _YEAR.fullmatch(value):
        raise InvalidInput("filter_invalid", name=name, value=value[:TEXT_LENGTH])
    return int(value)


def text(name: str, given: Mapping[str, str]) -> str:
    """Words to look for, single-spaced; empty when there are none. Raises InvalidInput ``filter_invalid``."""
    value = " ".join(given.get(name, "").split())
    if len(value) > TEXT_LENGTH or "\x00" in value:
        raise InvalidInput("filter_invalid", name=name, value=value[:TEXT_LENGTH].replace("\x00", ""))
    return value


def member(kinds: type[E], name: str, given: Mapping[str, str]) -> E | None:
    """A member of an enumeration, or None. Raises InvalidInput ``filter_invalid``."""
    value = given.get(name)
    if value is None:
        return None
    try:
        return kinds(value)
    except ValueError as error:
        raise InvalidInput("filter_invalid", name=name, value=value[:TEXT_LENGTH]) from error
