"""The register of sources: every legal instrument a rule cites, how well it is known, and the rules that cite it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from flask import Blueprint, render_template, url_for

from web.access import signed_in
from web.context import house
from web.words import has, say
from workflow.domain.citations import Confidence, split_citation
from workflow.domain.errors import NotFound
from workflow.domain.kinds import DossierKind

sources = Blueprint("sources", __name__, url_prefix="/nguon")

MARKS = {
    Confidence.READ: "done",
    Confidence.SECONDARY: "half",
    Confidence.MEMORY: "wait",
    Confidence.INFERENCE: "wait",
}


@sources.get("/")
@signed_in
def listing() -> str:
    """Every instrument of the register, by what it is."""
    ordered = sorted(house().sources, key=lambda source: (_kind_words(source.kind), source.cite))
    groups = [(words, list(found)) for words, found in groupby(ordered, key=lambda s: _kind_words(s.kind))]
    return render_template("sources/listing.html", groups=groups, count=len(house().sources), marks=MARKS)


@sources.get("/<source_id>")
@signed_in
def one(source_id: str) -> str:
    """One instrument: what it is, its readings, what changed it, where it is printed, which rules rest on it."""
    source = house().sources.get(source_id)
    if source is None:
        raise NotFound("unknown_source", citation=source_id)
    questions = [
        (_about(source_id, about, place), list(readings))
        for (about, place), readings in groupby(source.readings, key=lambda r: (r.about, r.place))
    ]
    return render_template(
        "sources/one.html",
        source=source,
        kind=_kind_words(source.kind),
        questions=questions,
        links=_links(source_id),
        uses=[(kind, list(_uses(kind, source_id))) for kind in house().catalogue.kinds()],
        marks=MARKS,
        seed_words=seed_words,
    )


def seed_words(seed: str) -> str:
    """Where a passage is printed: one of the five seed texts, and its line when it is named."""
    if not seed:
        return say("source.outside")
    text, _, line = seed.partition(":")
    return say("source.seed", seed=text, line=line) if line else say("source.seed_whole", seed=text)


def _kind_words(kind: str) -> str:
    return say(f"source.kind.{kind}") if has(f"source.kind.{kind}") else kind


def _about(source_id: str, about: str, place: str) -> str:
    code = f"source.about.{about}"
    words = say(code if has(code) else "source.about.other")
    if not place:
        return words
    return say("source.about_at", about=words, place=house().sources.cite(f"{source_id}#{place}").label)


def _links(source_id: str) -> dict[str, list[tuple[str, str]]]:
    """What amended, replaced or was amended, replaced by it: words and address, by relation."""
    source = house().sources.get(source_id)
    relations = ("amends", "amended_by", "replaces", "replaced_by")
    return {
        name: [
            (house().sources.cite(other).label, url_for("sources.one", source_id=other))
            for other in getattr(source, name)
        ]
        for name in relations
    }


def _uses(kind: DossierKind, source_id: str) -> Iterator[tuple[str, str]]:
    """The rules of a kind that rest on the source: what they are, and the place they cite; each once."""
    seen: set[tuple[str, str]] = set()
    for words, citation in _citations(kind):
        if split_citation(citation)[0] == source_id and (words, citation) not in seen:
            seen.add((words, citation))
            yield words, house().sources.cite(citation).label


def _citations(kind: DossierKind) -> Iterator[tuple[str, str]]:
    yield say("source.use.kind"), kind.citation
    for rule in kind.deadlines.values():
        yield say("source.use.date", label=rule.label), rule.source
    for paper in kind.attachments.values():
        yield say("source.use.paper", label=paper.label), paper.citation
    for move in kind.transitions:
        yield say("source.use.step", label=move.label), move.citation
        for citation in (*(use.source for use in move.guards), *(use.source for use in move.papers)):
            yield say("source.use.condition", label=move.label), citation
