"""A package in words, to read in any browser without hoso: its list of dossiers, each dossier with papers and files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from html import escape
from typing import Any

from workflow.domain import events as ev
from workflow.domain.books import StoredFile
from workflow.domain.calendars import local_day
from workflow.domain.kinds import DossierKind
from workflow.domain.packages import Bundle, PackedPaper
from workflow.papers.tables_out import Cell
from workflow.queries.dossier_record import Entry, Record
from workflow.wording import Wording

_STYLE = (
    "body{font:16px/1.6 'Be Vietnam Pro','Segoe UI',Roboto,'Noto Sans',Arial,sans-serif;max-width:60rem;"
    "margin:2rem auto;padding:0 1rem;color:#1c2522}h1,h2{font-weight:600}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #dcd8cc}"
    "dt{color:#46514d}dd{margin:0 0 .4rem 0}dl dl{margin-left:1.5rem}a{color:#0f5b4d}"
)


@dataclass(frozen=True, slots=True)
class Telling:
    """One dossier as it is told: what a receiver needs, and what a reader sees of it.

    ``plain``: the schema of a paper without references. ``read``: a document of the bundle as values.
    """

    bundle: Bundle
    record: Record
    kind: DossierKind
    plain: Callable[[str], Mapping[str, Any]]
    read: Callable[[str], Any]

    def brief(self) -> Telling:
        """What the list of all needs of it: no papers, no words, no stream."""
        bundle = replace(self.bundle, papers=(), texts=(), rows=(), acts=(), ledger=(), people={})
        return replace(self, bundle=bundle, record=replace(self.record, entries=(), texts={}, files={}, told=()))


def index_page(tellings: Sequence[Telling], made_by: str, made_at: datetime, wording: Wording) -> str:
    """The list of the dossiers of a package."""
    heads = [wording.say(f"package.{name}") for name in ("number", "subject", "kind", "cycle", "state")]
    rows = [
        [
            _link(f"dossiers/{one.bundle.number}/index.html", one.bundle.number),
            escape(one.record.names.get(one.bundle.subject_id, one.bundle.subject_id)),
            escape(one.kind.short_label),
            str(one.bundle.cycle),
            escape(one.bundle.label),
        ]
        for one in tellings
    ]
    title = wording.say("package.title", count=len(tellings))
    made = wording.say("package.made", by=made_by, at=made_at)
    note = wording.say("package.seal")
    return _page(title, f"<p>{escape(made)}</p>{_table(heads, rows)}<p>{escape(note)}</p>")


def dossier_page(telling: Telling, names: Mapping[str, str], wording: Wording) -> str:
    """One dossier: where it stands, what happened, its papers with their values and files."""
    bundle, record = telling.bundle, telling.record
    subject = record.names.get(bundle.subject_id, bundle.subject_id)
    title = wording.say(
        "package.dossier", subject=subject, kind=telling.kind.short_label, cycle=bundle.cycle, number=bundle.number
    )
    facts = [
        (wording.say("package.state"), escape(bundle.label)),
        (wording.say("package.commune"), escape(record.names.get(bundle.commune_id, bundle.commune_id))),
    ]
    parts = [f'<p><a href="../../index.html">{escape(wording.say("package.back"))}</a></p>', _list(facts)]
    parts.append(f"<h2>{escape(wording.say('package.story'))}</h2>")
    heads, rows = journal_rows(telling, wording)
    parts.append(_table(heads[1:-1], [[_spoken(cell, wording) for cell in row[1:-1]] for row in rows]))
    parts.append(f"<h2>{escape(wording.say('package.papers'))}</h2>")
    parts += [_paper(telling, paper, names, wording) for paper in bundle.papers]
    return _page(title, "".join(parts))


def journal_rows(telling: Telling, wording: Wording) -> tuple[list[str], list[list[Cell]]]:
    """Heads and rows of the journal in words: place, moment, what happened, by which office, why."""
    heads = [wording.say(f"package.{name}") for name in ("place", "at", "event", "office", "reason", "hash")]
    record = telling.record
    return heads, [
        [
            entry.seq,
            wording.moment(entry.event.at),
            _happened(entry, telling, wording),
            record.offices.get(entry.event.person_id, "") or wording.speak(entry.event.role),
            "; ".join(_reasons(entry, record)),
            entry.digest,
        ]
        for entry in record.entries
    ]


def _happened(entry: Entry, telling: Telling, wording: Wording) -> str:
    event = entry.event
    if isinstance(event, ev.Moved):
        made = [t for t in telling.kind.transitions if t.id == event.transition]
        return made[0].done_label if made else event.trigger
    if isinstance(event, ev.PaperFiled):
        rule = telling.kind.attachments.get(event.paper.code)
        label = rule.label if rule is not None else event.paper.code
        return wording.say("package.filed", paper=label, version=event.paper.version)
    return wording.say(f"cli.journal.{type(event).__name__}")


def _reasons(entry: Entry, record: Record) -> Iterator[str]:
    event = entry.event
    for name in ("reason",):
        ref = getattr(event, name, None)
        if isinstance(ref, ev.TextRef) and record.texts.get(ref.id):
            yield record.texts[ref.id]
    if isinstance(event, ev.Moved):
        yield from (record.texts[item.text.id] for item in event.items if record.texts.get(item.text.id))


def _paper(telling: Telling, paper: PackedPaper, names: Mapping[str, str], wording: Wording) -> str:
    rule = telling.kind.attachments.get(paper.code)
    label = rule.label if rule is not None else paper.code
    head = wording.say("package.paper", paper=label, version=paper.version, day=local_day(paper.at))
    files = "".join(f"<li>{_file(stored, names, wording)}</li>" for stored in paper.files)
    values = _values(telling.read(paper.document), _schema_of(telling, paper), wording)
    where = _link(f"papers/{paper.code}-{paper.id}.json", wording.say("package.data"))
    listed = f"<ul>{files}</ul>" if files else ""
    return f"<section><h3>{escape(head)}</h3>{values}{listed}<p>{where}</p></section>"


def _schema_of(telling: Telling, paper: PackedPaper) -> Mapping[str, Any]:
    try:
        return telling.plain(paper.schema_id)
    except LookupError:
        return {}


def _file(stored: StoredFile, names: Mapping[str, str], wording: Wording) -> str:
    name = names.get(stored.digest)
    if name is None:
        return escape(wording.say("package.missing", file=stored.name))
    return f'<a href="../../{escape(name)}" download="{escape(stored.name)}">{escape(stored.name)}</a>'


def _values(value: object, schema: Mapping[str, Any], wording: Wording) -> str:
    """A document as a list of what each field is called and what stands in it."""
    if isinstance(value, Mapping):
        fields: Mapping[str, Any] = schema.get("properties", {})
        pairs = [
            (str(fields.get(name, {}).get("title", name)), _values(inner, fields.get(name, {}), wording))
            for name, inner in value.items()
        ]
        return _list(pairs)
    if isinstance(value, list):
        return "<ol>" + "".join(f"<li>{_values(one, schema.get('items', {}), wording)}</li>" for one in value) + "</ol>"
    named = next(
        (one["title"] for one in schema.get("oneOf", ()) if one.get("const") == value and "title" in one), None
    )
    if named is not None:
        return escape(str(named))
    if schema.get("format") == "date" and isinstance(value, str):
        try:
            return escape(wording.speak(date.fromisoformat(value)))
        except ValueError:
            return escape(value)
    return escape(wording.speak(value) if isinstance(value, bool) else str(value))


def _spoken(cell: Cell, wording: Wording) -> str:
    return "" if cell is None else escape(cell if isinstance(cell, str) else wording.speak(cell))


def _list(pairs: Sequence[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in pairs) + "</dl>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}">{escape(words)}</a>'


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{body}</body></html>"
    )
