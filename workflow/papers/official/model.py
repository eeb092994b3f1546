"""What stands on a printed paper, as plain values: both drawings (PDF, DOCX) are made from this and nothing else."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. ``narrow``: millimetres of one that needs no more; else ``wide`` is its share of the rest.

    Numbers stand in the middle.
    """

    title: str
    wide: int = 1
    is_number: bool = False
    narrow: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the body. ``kind``: para, heading, centre, fact (label and text), bullet,
    article, table, note.
    """

    kind: str
    text: str = ""
    label: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    last_is_total: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs, by office: the lines over the empty space. No name is ever printed."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a value on the sheet comes from: its label, the value as printed, the origin in words."""

    field: str
    label: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class OfficialPaper:
    """A whole paper. ``name``: what it is called, for files and readers; ``missing``: labels of what is not there.

    ``superior``, ``issuer``: lines at the head on the left; ``about`` stands under the number of a letter, or under
    the title; ``recipients`` end the sheet; ``day`` is the paper's date where it has one.
    """

    name: str
    country: str
    motto: str
    superior: tuple[str, ...]
    issuer: tuple[str, ...]
    number: str
    place_date: str
    title: str
    about: tuple[str, ...]
    to_word: str
    addressees: tuple[str, ...]
    blocks: tuple[Block, ...]
    signatures: tuple[Signature, ...]
    recipients_word: str
    recipients: tuple[str, ...]
    draft: str = ""
    is_letter: bool = False
    missing_title: str = ""
    missing_note: str = ""
    missing: tuple[str, ...] = ()
    traces: tuple[Trace, ...] = ()
    day: date | None = field(default=None)

    def as_data(self) -> dict[str, object]:
        """Everything that is drawn, for a program that draws."""
        data = asdict(self)
        del data["traces"], data["day"]
        return data
