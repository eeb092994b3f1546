"""A document laid into the official frame: what is there is said, what is not is a visible gap, nothing is made up."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflow.domain.criteria import CriteriaSet
from workflow.domain.prints import Body, Frame, Layout, Part, PrintWords, SignedBy
from workflow.domain.shared_papers import LIST, ROW
from workflow.papers.official.model import Block, Column, OfficialPaper, Signature, Trace
from workflow.papers.official.scores import score_blocks
from workflow.papers.official.values import HIDDEN, Known, Node, fields_in_order, tell, widget
from workflow.wording import Wording

OF_THE_FRAME = ("number", "date", "issuer", "place", "signer_office", "entered_for_unit")
"""Fields that stand in the frame and not in the body."""

_WIDE_TEXT = 200
_OF_A_NUMBER = 17
"""Millimetres of a column of numbers."""

_SENTENCES = frozenset({"para", "article", "bullet", "fact"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a paper is printed from.

    ``known``: values of the dossier and of the books that sentences may name; ``origins``: where single fields of the
    document come from, the others come from ``origin``; ``dossiers``: units by number of their dossier; ``files``:
    names by digest; ``superiors``: who stands above an issuing office, by its name; ``draft``: not signed yet.
    """

    layout: Layout
    schema: Node
    document: Mapping[str, Any]
    name: str
    origin: str
    known: Mapping[str, Known] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    dossiers: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    superiors: Mapping[str, str] = field(default_factory=dict)
    criteria: CriteriaSet | None = None
    compared: Mapping[str, Mapping[str, object]] | None = None
    draft: bool = False


def compose(sheet: Sheet, words: PrintWords, wording: Wording) -> OfficialPaper:
    """The paper, with the origin of every value and a list of what is missing."""
    return _Composer(sheet, words, wording).paper()


class _Composer:
    def __init__(self, sheet: Sheet, words: PrintWords, wording: Wording) -> None:
        self.sheet, self.words, self.wording = sheet, words, wording
        self.fields: Mapping[str, Node] = sheet.schema.get("properties", {})
        self.required = frozenset(sheet.schema.get("required", ()))
        self.traces: dict[str, Trace] = {}
        self.missing: dict[str, str] = {}
        placed = (part.field for part in sheet.layout.body if part.field)
        self.said: set[str] = {*OF_THE_FRAME, *sheet.layout.hides, *placed}

    def paper(self) -> OfficialPaper:
        sheet, words, layout = self.sheet, self.words, self.sheet.layout
        issuer = self.value("issuer", asked=layout.frame is not Frame.FORM)
        number = self._number()
        place_date = self._place_date()
        about = self._about()
        addressees = tuple(self._addressee(one) for one in layout.addressees if self._is_addressee(one))
        blocks = self._ended([block for part in layout.body for block in self._part(part)])
        body = self._body(issuer)
        superior = sheet.superiors.get(issuer, "")
        return OfficialPaper(
            name=sheet.name,
            country=words.country,
            motto=words.motto,
            superior=(superior.upper(),) if superior else (),
            issuer=_issuer_lines(issuer, body),
            number=number,
            place_date=place_date,
            title="" if layout.frame is Frame.LETTER else (self.sentence(layout.title) or sheet.name).upper(),
            about=about,
            to_word=words.to,
            addressees=addressees,
            blocks=blocks,
            signatures=tuple(self._signature(one, body) for one in self._signing()),
            recipients_word=words.recipients,
            recipients=tuple(self.sentence(one) for one in layout.recipients if addressees or one != words.as_above),
            draft=words.draft if sheet.draft else "",
            is_letter=layout.frame is Frame.LETTER,
            missing_title=words.missing,
            missing_note=words.missing_note,
            missing=tuple(dict.fromkeys(self.missing.values())),
            traces=tuple(self.traces.values()),
            day=self._day(),
        )

    # --- single values

    def value(self, name: str, *, asked: bool = True) -> str:
        """A value in words, traced; a gap where it is missing and asked for."""
        node = self.fields.get(name, {})
        text = tell(node, self.sheet.document.get(name), self.wording, key=name, files=self.sheet.files)
        label, origin = str(node.get("title", "")), self.sheet.origins.get(name, self.sheet.origin)
        if not text and name in self.sheet.known:
            known = self.sheet.known[name]
            text, label, origin = known.value, known.label or label, known.origin
        label = label or self._label(name)
        if text:
            self.traces.setdefault(name, Trace(name, label, text, origin))
            return text
        if not asked:
            return ""
        self.missing[name] = label
        return self.words.blank

    def has(self, name: str) -> bool:
        """Whether something is known of the field."""
        return bool(self.sheet.document.get(name) not in (None, "", [], {}) or self.sheet.known.get(name))

    def _label(self, name: str) -> str:
        code = f"print.field.{name}"
        return self.wording.say(code) if code in self.wording else name

    def sentence(self, text: str) -> str:
        """A sentence of the layout with its fields put in."""
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name]
        self.said.update(names)
        return text.format_map({name: self.value(name) for name in names})

    # --- the frame

    def _number(self) -> str:
        asked = self.sheet.layout.frame is not Frame.FORM or "number" in self.required
        number = self.value("number", asked=False)
        if not number and not asked:
            return ""
        if not number:
            self.missing["number"] = str(self.fields.get("number", {}).get("title", "")) or self._label("number")
            number = f"{self.words.blank}/{self.sheet.layout.abbreviation or self.words.blank}-{self.words.blank}"
        return self.words.number.format(number=number)

    def _day(self) -> date | None:
        try:
            return date.fromisoformat(str(self.sheet.document.get("date", "")))
        except ValueError:
            return None

    def _place_date(self) -> str:
        place, day, blank = self._bare(self.value("place")), self._day(), self.words.blank
        if day is None:
            if self.sheet.layout.frame is not Frame.FORM or "date" in self.required:
                self.missing["date"] = str(self.fields.get("date", {}).get("title", "")) or self._label("date")
            return self.words.date.format(place=place, day=blank, month=blank, year=blank)
        self.value("date")
        # the decree writes a nought before days under 10 and before the months 1 and 2
        month = f"{day.month:02}" if day.month < 3 else str(day.month)
        return self.words.date.format(place=place, day=f"{day.day:02}", month=month, year=day.year)

    def _bare(self, place: str) -> str:
        """The name of a place without what kind of place it is."""
        for prefix in self.words.place_prefixes:
            if place.lower().startswith(prefix):
                return place[len(prefix) :]
        return place

    def _about(self) -> tuple[str, ...]:
        sentences = self.sheet.layout.about
        for text in sentences:
            names = [name for _, name, _, _ in string.Formatter().parse(text) if name]
            if all(self.has(name) for name in names) or text == sentences[-1]:
                told = self.sentence(text)
                return (self.words.about.format(about=told),) if self.sheet.layout.frame is Frame.LETTER else (told,)
        return ()

    def _is_addressee(self, one: str) -> bool:
        return "{" in one or self.has(one) or one in self.required

    def _addressee(self, one: str) -> str:
        if "{" in one:
            return self.sentence(one)
        self.said.add(one)
        return self.value(one)

    def _body(self, issuer: str) -> Body | None:
        return next((body for body in self.words.bodies if issuer.lower().startswith(_lower(body.names))), None)

    def _signing(self) -> tuple[SignedBy, ...]:
        """Who signs; of several only those that the paper knows of."""
        signed_by = self.sheet.layout.signed_by
        known = tuple(one for one in signed_by if any(name in self.fields or self.has(name) for name in one.fields))
        return known if len(signed_by) > 1 and known else signed_by

    def _signature(self, one: SignedBy, body: Body | None) -> Signature:
        asked = [name for name in one.fields if name in self.fields]
        name = next((name for name in one.fields if self.has(name)), (asked or one.fields)[0])
        self.said.update(one.fields)
        office = self.value(name)
        if one.title:
            return Signature((one.title.upper(), office))
        for name in [name for known in self.words.bodies if known.on_behalf for name in known.names]:
            office = office.split(f" {name}")[0]
        above: tuple[str, ...] = (body.on_behalf,) if body is not None and body.on_behalf else ()
        for deputy, line in body.deputies if body is not None else ():
            if office.lower().startswith(deputy.lower()):
                above = (*above, line)
        return Signature((*above, office.upper()))

    # --- the body

    def _part(self, part: Part) -> Iterator[Block]:
        if not all(self.has(name) or name in self.required for name in part.needs):
            return
        match part.what:
            case "say":
                yield Block("para", self.sentence(part.text))
            case "heading" | "article" | "centre":
                yield Block(part.what, self.sentence(part.text))
            case "text":
                self.said.add(part.field)
                yield from (Block("para", line) for line in self.value(part.field).splitlines() if line.strip())
            case "table":
                found = self._field(part.field, self.fields.get(part.field, {}))
                yield from (block for block in found if not _is_title(block))
            case "field":
                yield from self._field(part.field, self.fields.get(part.field, {}))
            case _:
                yield from self._rest()

    def _ended(self, blocks: list[Block]) -> tuple[Block, ...]:
        """Articles are numbered; the last sentence carries the mark that the text ends here."""
        found, articles = [], 0
        for block in blocks:
            if block.kind == "article":
                articles += 1
                label = self.words.article.format(n=articles)
                found.append(Block("article", block.text, label))
            else:
                found.append(block)
        last = found[-1] if found else None
        if last is not None and self.sheet.layout.frame is not Frame.FORM and last.kind in _SENTENCES:
            ended = last.text.rstrip(".; ") + self.words.end
            found[-1] = Block(last.kind, ended, last.label)
        return tuple(found)

    def _rest(self) -> Iterator[Block]:
        left = [(name, node) for name, node in fields_in_order(self.sheet.schema) if self._is_left(name, node)]
        groups = list(dict.fromkeys(node.get("x-ui", {}).get("group", "") for _, node in left))
        for group in groups:
            heading = f"paper.group.{group}"
            if len(groups) > 1 and heading in self.wording:
                yield Block("heading", self.wording.say(heading))
            for name, node in left:
                if node.get("x-ui", {}).get("group", "") == group:
                    yield from self._field(name, node)

    def _is_left(self, name: str, node: Node) -> bool:
        if name in self.said or widget(node) == HIDDEN:
            return False
        return self.has(name) or name in self.required

    def _field(self, name: str, node: Node) -> Iterator[Block]:
        self.said.add(name)
        value = self.sheet.document.get(name)
        if isinstance(value, list) and value and widget(node) not in {"file", HIDDEN}:
            yield from self._list(name, node, value)
            return
        lines = [line for line in self.value(name).splitlines() if line.strip()] or [self.words.blank]
        yield Block("fact", lines[0], str(node.get("title", "")) or self._label(name))
        yield from (Block("para", line) for line in lines[1:])

    def _list(self, name: str, node: Node, rows: list[Any]) -> Iterator[Block]:
        title, items = str(node.get("title", "")), node.get("items", {})
        origin = self.sheet.origins.get(name, self.sheet.origin)
        self.traces[name] = Trace(name, title, str(len(rows)), origin)
        if widget(node) == "score_sheet" and self.sheet.criteria is not None:
            yield Block("fact", "", title)
            yield from score_blocks(
                rows, self.sheet.criteria, self.sheet.compared, self.wording, unverified=self.words.unverified
            )
            return
        yield Block("fact", "", title)
        if name == LIST or items.get("type") == "object":
            yield self._table(name, items, rows)
        else:
            yield from (Block("bullet", tell(items, row, self.wording, files=self.sheet.files)) for row in rows)

    def _table(self, name: str, items: Node, rows: list[Any]) -> Block:
        if name == LIST:
            rows = [row if isinstance(row, dict) else {ROW: row} for row in rows]
            items = items if items.get("type") == "object" else {"properties": {ROW: items}}
        shown = [
            (key, node) for key, node in fields_in_order(items) if widget(node) != HIDDEN and self._is_column(key, rows)
        ]
        columns = [Column(self.wording.say("print.row.place"), is_number=True, narrow=10)]
        for key, node in shown:
            columns.append(Column(str(node.get("title", "")), narrow=29) if key == ROW else _column(node))
            if key == ROW:
                columns.append(Column(self.wording.say("print.row.subject"), 4))
        lines = [
            (str(place), *(cell for key, node in shown for cell in self._cells(key, node, row)))
            for place, row in enumerate(rows, start=1)
        ]
        return Block("table", columns=tuple(columns), rows=tuple(lines))

    def _is_column(self, key: str, rows: list[Any]) -> bool:
        return key not in self.sheet.layout.hides and any(_filled(row.get(key)) for row in rows)

    def _cells(self, key: str, node: Node, row: Mapping[str, Any]) -> Iterator[str]:
        text = tell(node, row.get(key), self.wording, key=key, files=self.sheet.files)
        yield text
        if key == ROW:
            yield self.sheet.dossiers.get(text, self.words.blank)


def _is_title(block: Block) -> bool:
    return block.kind == "fact" and not block.text


def _filled(value: object) -> bool:
    return value not in (None, "", [], {})


def _column(node: Node) -> Column:
    is_number = node.get("type") in {"integer", "number"}
    is_long = node.get("type") == "string" and "oneOf" not in node and int(node.get("maxLength", 0)) > _WIDE_TEXT
    is_tick = node.get("type") == "boolean"
    narrow = _OF_A_NUMBER if is_number or is_tick else 0
    return Column(str(node.get("title", "")), 4 if is_long else 3, is_number=is_number or is_tick, narrow=narrow)


def _lower(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.lower() for name in names)


def _issuer_lines(issuer: str, body: Body | None) -> tuple[str, ...]:
    """The issuing body in capitals, its kind written in full on a line of its own."""
    if not issuer or body is None:
        return (issuer.upper(),) if issuer else ()
    name = next(name for name in body.names if issuer.lower().startswith(name.lower()))
    rest = issuer[len(name) :].strip().upper()
    return (body.full, rest) if rest else (body.full,)
