"""The register of sources: every legal instrument and seed that a rule cites
(``dossier_schemas/sources.json``).

A citation ``<id>#<place>`` becomes words for screen and paper, with how well the text is known and, where
sources differ, every reading of it (S5, S82 of seeds.md). The register names offices, never persons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from workflow.definitions import strict_json
from workflow.definitions.body import SLUG, Body, Fault
from workflow.domain.citations import Confidence, split_citation
from workflow.domain.errors import DefinitionInvalid, NotFound

_NUMBERED = re.compile(r"(?:[0-9]+|[IVXLC]+)\w?(?:\.\w{1,3})*")
_SEED_LINE = re.compile(r"00[0-4](?::[0-9]{1,4})?", re.ASCII)


class Status(StrEnum):
    """Whether an instrument binds, as far as the register knows; ``own`` marks defaults of hoso itself."""

    IN_FORCE = "in_force"
    REPLACED = "replaced"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    OWN = "own"


class SourcesInvalid(DefinitionInvalid):
    """A register that may not be used; ``errors`` are all its faults."""

    code = "sources_invalid"

    def __init__(self, errors: Iterable[Fault], **facts: object) -> None:
        self.errors: tuple[Fault, ...] = tuple(errors)
        super().__init__(self.errors, **facts)


@dataclass(frozen=True, slots=True)
class Reading:
    """One of several readings of a doubtful passage: ``about`` what, at ``place`` (empty: the whole
    instrument).

    ``seed``: where it is printed so, empty for a reading from outside; ``preferred``: the one hoso goes by.
    """

    about: str
    value: str
    place: str = ""
    seed: str = ""
    comment: str = ""
    confidence: Confidence = Confidence.READ
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class OcrPassage:
    """A passage of a badly scanned instrument: the text as scanned, as restored, and what stays in doubt
    (S81).
    """

    seed: str
    original: str
    restored: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """An instrument, a plan, or ``hoso`` itself. Dates are ISO texts, also a year or a month alone; empty:
    unknown.

    ``cite`` is how it is named in a sentence, ``place_words`` what its numbered places are called, from the widest;
    without them a place is not shown.
    """

    id: str
    cite: str
    title: str
    issuer: str
    kind: str
    status: Status
    confidence: Confidence
    number: str = ""
    issued: str = ""
    place_words: tuple[str, ...] = ()
    effective_from: str = ""
    effective_to: str = ""
    amends: tuple[str, ...] = ()
    amended_by: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    note: str = ""
    readings: tuple[Reading, ...] = ()
    ocr: tuple[OcrPassage, ...] = ()

    def in_force(self, on: date) -> bool | None:
        """Whether it was in force on that day; None where the register does not say when it began."""
        if not self.effective_from:
            return None
        day = on.isoformat()
        return self.effective_from <= day and (not self.effective_to or day <= self.effective_to)


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation in words. ``readings``: where sources differ on the instrument or on this place."""

    id: str
    place: str
    label: str
    confidence: Confidence
    readings: tuple[Reading, ...] = ()


class Sources:
    """The register, looked up by id."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._by_id: Mapping[str, Source] = {source.id: source for source in sources}

    @classmethod
    def load(cls, path: Path) -> Sources:
        """The register in that file. Raises SourcesInvalid with every fault."""
        try:
            body = strict_json.read(path.read_bytes())
        except strict_json.JsonRefused as error:
            raise SourcesInvalid([Fault(error.code, facts=error.facts, file=path.name)]) from None
        return sources_from_body(body)

    def __iter__(self) -> Iterator[Source]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, source_id: str) -> Source | None:
        """The source of that id, or None."""
        return self._by_id.get(source_id)

    def cite(self, citation: str) -> Citation:
        """The citation in words; NotFound (``unknown_source``) when its source is not in the register."""
        source_id, place = split_citation(citation)
        source = self._by_id.get(source_id)
        if source is None:
            raise NotFound("unknown_source", citation=citation)
        readings = tuple(r for r in source.readings if not r.place or _within(place, r.place))
        return Citation(source_id, place, _label(source, place), source.confidence, readings)

    def unknown(self, citations: Iterable[str]) -> tuple[str, ...]:
        """The citations whose source is not in the register, each once, in their order."""
        missing = (citation for citation in citations if split_citation(citation)[0] not in self._by_id)
        return tuple(dict.fromkeys(missing))


def _within(place: str, reading_place: str) -> bool:
    """Whether a cited place is, or lies in, the place of a reading."""
    return place == reading_place or place.startswith(f"{reading_place}.")


def _label(source: Source, place: str) -> str:
    if not place or not source.place_words:
        return source.cite
    if _NUMBERED.fullmatch(place):
        return f"{source.cite}, {_numbered(source.place_words, place)}"
    return f"{source.cite}, {place}"


def _numbered(words: tuple[str, ...], place: str) -> str:
    """``4.3`` by the words of a law (article, clause, point), ``IV.1`` by the one word of a plan."""
    *named, rest = place.split(".", len(words) - 1)
    return " ".join(f"{word} {part}" for word, part in zip(words, [*named, rest], strict=False))


# --- reading the register ------------------------------------------------------------------------


def sources_from_body(body: object) -> Sources:
    """The register in a parsed body. Raises SourcesInvalid with every fault."""
    faults: list[Fault] = []
    root = Body(body, faults)
    items = root.bodies("sources", most=2000, least=1)
    sources = [_source(item) for item in items]
    root.finish()
    faults.extend(_link_faults(sources))
    if faults:
        raise SourcesInvalid(faults)
    return Sources(sources)


def _source(body: Body) -> Source:
    source = Source(
        id=body.code("id", SLUG),
        cite=body.text("cite", most=300),
        title=body.text("title"),
        issuer=body.text("issuer", most=300),
        kind=body.code("kind"),
        status=Status(body.choice("status", tuple(Status)) or Status.UNKNOWN),
        confidence=_confidence(body),
        number=body.text("number", most=60, optional=True),
        issued=body.day("date", partial=True),
        place_words=body.texts("place_words", most=4),
        effective_from=body.day("effective_from"),
        effective_to=body.day("effective_to"),
        amends=body.slugs("amends"),
        amended_by=body.slugs("amended_by"),
        replaces=body.slugs("replaces"),
        replaced_by=body.slugs("replaced_by"),
        seeds=_seeds(body),
        pages=body.texts("pages"),
        note=body.text("note", most=2000, optional=True),
        readings=tuple(_reading(item) for item in body.bodies("readings", most=20)),
        ocr=tuple(_passage(item) for item in body.bodies("ocr", most=40)),
    )
    body.finish()
    if source.effective_from and source.effective_to and source.effective_to < source.effective_from:
        body.fault("sources.ends_before_start", "effective_to", value=source.effective_to)
    return source


def _confidence(body: Body) -> Confidence:
    return Confidence(body.choice("confidence", tuple(Confidence)) or Confidence.INFERENCE)


def _seeds(body: Body) -> tuple[str, ...]:
    seeds = body.texts("seeds", most=40)
    for index, seed in enumerate(seeds):
        if _SEED_LINE.fullmatch(seed) is None:
            body.fault("sources.malformed_seed", f"seeds/{index}", value=seed)
    return seeds


def _seed(body: Body, *, optional: bool = False) -> str:
    seed = body.text("seed", most=10, optional=optional)
    if seed and _SEED_LINE.fullmatch(seed) is None:
        body.fault("sources.malformed_seed", "seed", value=seed)
    return seed


def _reading(body: Body) -> Reading:
    reading = Reading(
        about=body.code("about"),
        value=body.text("value", most=300),
        place=body.text("place", most=40, optional=True),
        seed=_seed(body, optional=True),
        comment=body.text("comment", optional=True),
        confidence=_confidence(body),
        preferred=body.boolean("preferred", default=False),
    )
    body.finish()
    return reading


def _passage(body: Body) -> OcrPassage:
    passage = OcrPassage(
        seed=_seed(body),
        original=body.text("original", most=2000),
        restored=body.text("restored", most=2000),
        doubt=body.text("doubt", optional=True),
    )
    body.finish()
    return passage


_PAIRS = (
    ("amends", "amended_by"),
    ("amended_by", "amends"),
    ("replaces", "replaced_by"),
    ("replaced_by", "replaces"),
)


def _link_faults(sources: list[Source]) -> Iterator[Fault]:
    """Ids once; links lead somewhere and are told on both sides; several readings, at most one preferred."""
    by_id = {source.id: source for source in sources}
    seen: set[str] = set()
    for index, source in enumerate(sources):
        path = f"/sources/{index}"
        if source.id in seen:
            yield Fault("sources.repeated_id", f"{path}/id", {"value": source.id})
        seen.add(source.id)
        for name, inverse in _PAIRS:
            for other in getattr(source, name):
                facts = {"id": source.id, "other": other, "field": name}
                if other not in by_id:
                    yield Fault("sources.unknown_link", f"{path}/{name}", facts)
                elif source.id not in getattr(by_id[other], inverse):
                    yield Fault("sources.one_sided_link", f"{path}/{name}", facts)
        yield from _reading_faults(source, path)


def _reading_faults(source: Source, path: str) -> Iterator[Fault]:
    questions = dict.fromkeys((reading.about, reading.place) for reading in source.readings)
    for about, place in questions:
        readings = [r for r in source.readings if (r.about, r.place) == (about, place)]
        facts = {"id": source.id, "about": about}
        if len({reading.value for reading in readings}) < 2:
            yield Fault("sources.single_reading", f"{path}/readings", facts)
        if sum(reading.preferred for reading in readings) > 1:
            yield Fault("sources.several_preferred", f"{path}/readings", facts)
