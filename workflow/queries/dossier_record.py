"""What is on record about one dossier: its journal, the words and files its events name, who was told of what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, select

from workflow.domain import events as ev
from workflow.domain.actors import Actor, Role
from workflow.domain.books import StoredFile
from workflow.domain.errors import NotFound
from workflow.domain.events import Event
from workflow.queries.names import offices_of, texts_of
from workflow.queries.rolls import titles
from workflow.queries.scope import me, only_role, visible_to
from workflow.storage import codec
from workflow.storage.chain import dossier_stream
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement, among
from workflow.storage.tables import DOSSIER, JOURNAL, ORGANISATION, OUTBOX, PAPER_FILE

_D, _J, _B, _O = DOSSIER.c, JOURNAL.c, OUTBOX.c, ORGANISATION.c
_UNTIL = bindparam("until", type_=_J.at.type)
_ALWAYS = 2**62
_ENTRIES = Statement(
    select(_J.position, _J.seq, _J.event, _J.payload, _J.at, _J.person_id, _J.role, _J.door, _J.hash)
    .where(_J.stream == bindparam("stream"), _J.at <= _UNTIL)
    .order_by(_J.seq)
)
_FILES = Statement(
    select(PAPER_FILE.c.paper_id, PAPER_FILE.c.digest, PAPER_FILE.c.name, PAPER_FILE.c.media_type, PAPER_FILE.c.size)
    .where(among(PAPER_FILE.c.paper_id, "ids"))
    .order_by(PAPER_FILE.c.paper_id, PAPER_FILE.c.place)
)
_TOLD = Statement(
    select(_B.at, _B.audience, _B.organisation_id, _B.code)
    .where(_B.dossier_id == bindparam("dossier"), _B.at <= _UNTIL)
    .order_by(_B.position)
)
_NAMES = Statement(select(_O.id, _O.name, _O.kind).where(among(_O.id, "ids")))
_COMMUNE_OFFICES = Statement(
    select(_O.id, _O.name, _O.kind).where(_O.commune_id == bindparam("place"), among(_O.kind, "kinds"))
)
_PROVINCE_OFFICES = Statement(
    select(_O.id, _O.name, _O.kind).where(_O.parent_id == bindparam("place"), among(_O.kind, "kinds"))
)

OFFICE_KINDS: Mapping[Role, str] = {
    Role.COMMUNE_POLICE: "cong_an_xa",
    Role.COMMUNE_COMMITTEE: "ubnd_xa",
    Role.PROVINCE_POLICE: "pv01",
    Role.PROVINCE_COMMITTEE: "ubnd_tinh",
}
"""The kind of office that acts in a role (``domain.books.Organisation``)."""
_ABOVE_PV01 = "cong_an_tinh"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the dossier's journal: its number, its place in the dossier, what happened, through which door."""

    position: int
    seq: int
    event: Event
    door: str
    digest: str


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that was written: when, for whom, of what."""

    at: datetime
    audience: Role
    organisation_id: str
    code: str


@dataclass(frozen=True, slots=True)
class Record:
    """The record of one dossier. ``names`` of organisations, ``offices`` of persons, ``texts`` by id.

    ``files``: by paper id. ``office_ids``: of its commune and province, by kind of office (``cong_an_xa`` …).
    ``title``: the dossier's own, where its kind gives it one.
    """

    entries: tuple[Entry, ...]
    texts: Mapping[str, str]
    files: Mapping[str, tuple[StoredFile, ...]]
    offices: Mapping[str, str]
    names: Mapping[str, str]
    office_ids: Mapping[str, str]
    told: tuple[Told, ...] = ()
    title: str = ""

    def entry(self, seq: int) -> Entry | None:
        """The entry of that place in the dossier, or None when the reader does not see it."""
        return next((entry for entry in self.entries if entry.seq == seq), None)


def dossier_record(
    db: Database, actor: Actor, dossier_id: str, *, hidden: Collection[str] = (), as_of: datetime | None = None
) -> Record:
    """Everything on record about a dossier the actor may see, up to an instant. Raises NotFound for any other.

    ``hidden``: codes of papers that this actor does not see; their events and files are left out.
    """
    with db.snapshot() as connection:
        entries = _entries_of(connection, actor, dossier_id, as_of=as_of)
        title = titles(connection, [dossier_id]).get(dossier_id, "")
        return replace(_record_of(connection, entries, hidden=hidden, as_of=as_of), title=title)


def _entries_of(
    connection: SqlConnection, actor: Actor, dossier_id: str, *, as_of: datetime | None = None
) -> tuple[Entry, ...]:
    """The journal of a dossier in order. Raises NotFound for one out of sight, or not begun by then."""
    if connection.one(_seen(only_role(actor)), dossier=dossier_id, **me(actor)) is None:
        raise NotFound("dossier_not_found")
    until = _ALWAYS if as_of is None else codec.micros(as_of)
    rows = connection.all(_ENTRIES, stream=dossier_stream(dossier_id), until=until)
    if not rows:
        raise NotFound("dossier_not_found")
    return tuple(
        Entry(position, seq, codec.event_from(name, body, at=at, person_id=person, role=role), door, digest)
        for position, seq, name, body, at, person, role, door, digest in rows
    )


def _record_of(
    connection: SqlConnection,
    entries: tuple[Entry, ...],
    *,
    hidden: Collection[str] = (),
    as_of: datetime | None = None,
) -> Record:
    """The record around entries that the reader may see: their words, files, offices, names, and who was told."""
    opened = entries[0].event
    if not isinstance(opened, ev.DossierOpened):
        raise TypeError("the journal of a dossier begins with its opening")
    shown = tuple(
        entry for entry in entries if not (isinstance(entry.event, ev.PaperFiled) and entry.event.paper.code in hidden)
    )
    happened = [entry.event for entry in shown]
    places = [opened.subject_id, opened.commune_id, opened.province_id]
    names, office_ids = _names(connection, places, opened.commune_id, opened.province_id)
    until = _ALWAYS if as_of is None else codec.micros(as_of)
    return Record(
        entries=shown,
        texts=texts_of(connection, _text_ids(happened)),
        files=_files(connection, sorted(set(_paper_ids(happened)))),
        offices=offices_of(connection, (event.person_id for event in happened)),
        names=names,
        office_ids=office_ids,
        told=tuple(
            Told(codec.instant(at), Role(audience), organisation, code)
            for at, audience, organisation, code in connection.all(_TOLD, dossier=opened.dossier_id, until=until)
        ),
    )


@lru_cache(maxsize=16)
def _seen(actor: Actor) -> Statement:
    return Statement(select(_D.id).where(_D.id == bindparam("dossier"), visible_to(actor, leads=False)))


def _text_ids(happened: Iterable[Event]) -> Iterable[str]:
    for event in happened:
        match event:
            case ev.Moved():
                yield from (item.text.id for item in event.items)
                if event.reason is not None:
                    yield event.reason.id
            case ev.HoldSet() | ev.StepCorrected() | ev.KindRebound():
                yield event.reason.id
            case ev.HoldLifted() if event.reason is not None:
                yield event.reason.id


def _paper_ids(happened: Iterable[Event]) -> Iterable[str]:
    for event in happened:
        match event:
            case ev.PaperFiled():
                yield event.paper.id
            case ev.Moved():
                yield from (paper.id for paper in event.papers)
            case ev.StepCorrected() if event.corrected is not None:
                yield event.corrected.id


def _files(connection: SqlConnection, ids: list[str]) -> dict[str, tuple[StoredFile, ...]]:
    found: dict[str, list[StoredFile]] = {paper_id: [] for paper_id in ids}
    for paper_id, digest, name, media_type, size in connection.all(_FILES, ids=ids):
        found[paper_id].append(StoredFile(digest, name, media_type, size))
    return {paper_id: tuple(files) for paper_id, files in found.items()}


def _names(
    connection: SqlConnection, ids: list[str], commune_id: str, province_id: str
) -> tuple[dict[str, str], dict[str, str]]:
    """Names by id, and the offices of commune and province by kind; PV01 stands below the provincial police."""
    kinds = [*OFFICE_KINDS.values(), _ABOVE_PV01]
    rows = connection.all(_NAMES, ids=ids)
    rows += connection.all(_COMMUNE_OFFICES, place=commune_id, kinds=kinds)
    places = [province_id]
    while places:
        found = connection.all(_PROVINCE_OFFICES, place=places.pop(), kinds=kinds)
        places += [organisation for organisation, _, kind in found if kind == _ABOVE_PV01]
        rows += found
    names = {organisation: name for organisation, name, _ in rows}
    return names, {kind: organisation for organisation, _, kind in rows if kind in OFFICE_KINDS.values()}
