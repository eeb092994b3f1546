"""Documents of any shipped paper, drawn at random, and the way of one through its form and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from tests.support.face import PageReader
from web.forms import KnownFile, PaperForm, Setting
from web.forms.reading import fill, is_blank
from web.forms.shapes import Group, Leaf, Rows, Shape

PAGE = """{% from "macros/errors.html" import error_summary %}
{% from "macros/form.html" import edit_form, render_form %}
{{ error_summary(form.problems) }}{% call edit_form("", form) %}{{ render_form(form) }}{% endcall %}"""
DIGESTS = tuple(character * 64 for character in "abc")
FILES = {digest: KnownFile(f"{digest[0]}.pdf", 2_000_000) for digest in DIGESTS}
EVERYTHING = Setting(files=FILES)
ATTACHMENTS = "kinds/dien_hinh/v1/attachments"

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyẠẾộửỹ0123456789 .,;:/-“”()&<>\"'%"


def lines(longest: int | None) -> st.SearchStrategy[str]:
    most = min(longest or 40, 40)
    return st.text(LETTERS, min_size=1, max_size=most).map(lambda text: " ".join(text.split())).filter(bool)


def paragraphs(longest: int | None) -> st.SearchStrategy[str]:
    return st.lists(lines(longest), min_size=1, max_size=3).map("\n".join)


def days() -> st.SearchStrategy[str]:
    return st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat)


def moments() -> st.SearchStrategy[str]:
    """Moments as papers spell them, also with another zone than ours."""
    zones = st.sampled_from([UTC, timezone(timedelta(hours=7)), timezone(timedelta(hours=-3, minutes=-30))])
    at = st.datetimes(datetime(1990, 1, 1), datetime(2199, 1, 1), timezones=zones)  # noqa: DTZ001 - zones are drawn
    return at.map(lambda moment: moment.isoformat(timespec="seconds"))


def numbers(leaf: Leaf) -> st.SearchStrategy[float]:
    least, most = int(leaf.least or 0), int(leaf.most or 1000)
    whole = st.integers(least, most)
    return whole if leaf.kind == "integer" else whole | st.decimals(least, most, places=2).map(float)


SIMPLE: dict[str, Callable[[Leaf], st.SearchStrategy[Any]]] = {
    "text": lambda leaf: lines(leaf.longest),
    "hidden": lambda leaf: lines(leaf.longest),
    "area": lambda leaf: paragraphs(leaf.longest),
    "integer": numbers,
    "number": numbers,
    "day": lambda leaf: days(),
    "moment": lambda leaf: moments(),
    "choice": lambda leaf: st.sampled_from([option.value for option in leaf.options]),
    "many": lambda leaf: some_of([option.value for option in leaf.options]),
    "yes_no": lambda leaf: st.booleans(),
    "tick": lambda leaf: st.booleans() if leaf.is_required else st.just(value=True),
    "file": lambda leaf: st.lists(st.sampled_from(DIGESTS), min_size=1, unique=True),
}


def some_of(values: list[str]) -> st.SearchStrategy[list[str]]:
    """Some of the options, in their order."""
    return st.sets(st.sampled_from(values), min_size=1).map(lambda some: [value for value in values if value in some])


def documents(shape: Shape) -> st.SearchStrategy[Any]:
    """Documents in the one spelling a form has for them: what is empty is absent."""
    match shape:
        case Leaf():
            return SIMPLE[shape.kind](shape)
        case Rows():
            item = documents(shape.item).filter(lambda row: has_something(shape.item, row))
            return st.lists(item, min_size=0 if shape.is_required else 1, max_size=3)
        case Group():
            required = {child.key: documents(child) for child in shape.children if child.is_required}
            optional = {child.key: documents(child) for child in shape.children if not child.is_required}
            found = st.fixed_dictionaries(required, optional=optional)
            return found if shape.is_required else found.filter(lambda inside: has_something(shape, inside))
    raise AssertionError(shape)


def has_something(shape: Shape, value: Any) -> bool:
    """Whether a row shows anything: a row in which nothing is typed is no row."""
    named = replace(shape, key="x")
    return not is_blank(named, fill(Group(children=(named,)), {"x": value}, EVERYTHING), ("x",))


def post_back(form: PaperForm, document: Mapping[str, Any], draw: Callable[[Any], PageReader], setting: Setting) -> Any:
    """The document that comes back when its form is drawn and sent without a key pressed."""
    page = draw(form.bind(document, setting=setting))
    reading = form.read(page.posted, document, setting)
    assert reading.problems == ()
    return reading.document
