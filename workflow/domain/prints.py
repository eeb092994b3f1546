"""How papers are printed: layouts as values, read from ``dossier_schemas/prints`` by ``definitions.prints``.

A layout says which parts of a document stand where in the official frame of decree 30 of 2020. It holds words of the
form only; everything else comes from the paper. A paper names its layout in its schema (``x-print``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Frame(StrEnum):
    """How the paper names itself: by its kind, as a letter, or as a form of a unit."""

    NAMED = "named"
    LETTER = "letter"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the body.

    ``what``: ``say`` (a sentence with fields), ``heading``, ``centre`` (words in the middle),
    ``article`` (a numbered one of a decision), ``field`` (a
    labelled line), ``text`` (a field as paragraphs), ``table`` (a list as a table), ``rest`` (whatever was not yet
    said, in the order of the schema). ``needs``: left out while one of these fields is empty and not asked for.
    """

    what: str
    text: str = ""
    field: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedBy:
    """Who signs: the field with the office (the first of these that holds one), and a title over it."""

    fields: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """One way of printing. ``title``: what it is ("" takes the schema's); ``about``: its subject, the first that can be
    said; ``addressees``: fields, or sentences with fields, it is sent to; ``hides``: fields that are never printed;
    ``form``: the schema of what hoso itself writes (a receipt), None for papers with a schema of their own.
    """

    code: str
    title: str
    frame: Frame
    abbreviation: str = ""
    about: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    body: tuple[Part, ...] = (Part("rest"),)
    signed_by: tuple[SignedBy, ...] = (SignedBy(("signer_office",)),)
    recipients: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    form: Mapping[str, object] | None = None
    source: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """How an issuing body is written: by the words its name begins with.

    ``full``: the words in full; ``on_behalf``: the line over the office that signs for a body of several members;
    ``deputies``: the line over an office that begins so.
    """

    names: tuple[str, ...]
    full: str
    on_behalf: str = ""
    deputies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PrintWords:
    """The fixed words of the frame, as the decree gives them."""

    country: str
    motto: str
    number: str
    date: str
    about: str
    to: str
    recipients: str
    draft: str
    end: str
    blank: str
    unverified: str
    missing: str
    missing_note: str
    article: str
    as_above: str
    bodies: tuple[Body, ...] = ()
    place_prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prints:
    """Every layout by its code, the words of the frame, and the layouts taken where a paper names none.

    ``by_title``: layouts by how the title of an official paper begins; the first that fits is taken.
    """

    words: PrintWords
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    usual: str = ""
    usual_form: str = ""
    by_title: tuple[tuple[str, str], ...] = ()

    def layout(self, code: str, *, official: bool, title: str = "") -> Layout:
        """The layout named by a paper, else one by its title, else the usual one (``official``: it has a number)."""
        if code in self.layouts:
            return self.layouts[code]
        if not official:
            return self.layouts[self.usual_form]
        begun = (layout for start, layout in self.by_title if title.lower().startswith(start.lower()))
        return self.layouts[next(begun, self.usual)]
