"""Dossiers as another installation needs them: the raw stream, papers, texts, acts, results, offices. Scope first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select

from workflow.domain.actors import Actor, Role
from workflow.domain.books import ActRecord, LedgerEntry, Organisation, StoredFile
from workflow.domain.errors import NotFound
from workflow.domain.events import Event
from workflow.domain.kinds import Meaning
from workflow.domain.packages import (
    Bundle,
    PackedAct,
    PackedPaper,
    PackedText,
    StreamRow,
    papers_named,
    scans_named,
    texts_named,
)
from workflow.queries.names import offices_of
from workflow.queries.scope import Beside, me, only_role, visible_to
from workflow.storage import codec
from workflow.storage.chain import dossier_stream
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement, Tuple, among
from workflow.storage.tables import (
    ACT,
    ACT_ITEM,
    DOSSIER,
    FREE_TEXT,
    JOURNAL,
    LEDGER,
    ORGANISATION,
    PAPER,
    PAPER_FILE,
)

_D, _J, _P, _F, _T, _A, _I, _L, _O = (
    table.c for table in (DOSSIER, JOURNAL, PAPER, PAPER_FILE, FREE_TEXT, ACT, ACT_ITEM, LEDGER, ORGANISATION)
)
_ROW = ("seq", "at", "person_id", "role", "organisation_id", "door", "os_user", "event", "payload", "prev", "hash")
_ROWS = Statement(select(*(_J[name] for name in _ROW)).where(_J.stream == bindparam("stream")).order_by(_J.seq))
_PAPERS = Statement(
    select(_P.id, _P.code, _P.version, _P.schema_id, _P.digest, _P.at, _P.act_id, _P.body)
    .where(among(_P.id, "ids"))
    .order_by(_P.at, _P.id)
)
_FILES = Statement(
    select(_F.paper_id, _F.digest, _F.name, _F.media_type, _F.size)
    .where(among(_F.paper_id, "ids"))
    .order_by(_F.paper_id, _F.place)
)
_TEXTS = Statement(
    select(_T.id, _T.salt, _T.digest, _T.body, _T.anonymised_at).where(among(_T.id, "ids")).order_by(_T.id)
)
_ACTS = Statement(
    select(
        *(_A.id, _A.trigger, _A.commune_id, _A.province_id, _A.at, _A.person_id, _A.role, _A.papers),
        *(_I.place, _I.choice),
    )
    .select_from(ACT.join(ACT_ITEM, _I.act_id == _A.id))
    .where(_I.dossier_id == bindparam("dossier"))
    .order_by(_A.at, _A.id)
)
_LEDGER_COLUMNS = tuple(LedgerEntry.__dataclass_fields__)
_RESULTS = Statement(
    select(*(_L[name] for name in _LEDGER_COLUMNS))
    .where((_L.dossier_id == bindparam("dossier")) | (_L.id == bindparam("origin")))
    .order_by(_L.id)
)
_ORGANISATION_COLUMNS = ("id", "name", "kind", "parent_id", "commune_id", "province_id", "valid_from", "valid_to")
_ORGANISATIONS = Statement(
    select(*(_O[name] for name in _ORGANISATION_COLUMNS), _O.successor_id, _O.managing_level)
    .where(among(_O.id, "ids"))
    .order_by(_O.id)
)


def ids_of(
    db: Database,
    actor: Actor,
    *,
    kind: str | None = None,
    cycle: int | None = None,
    commune: str | None = None,
    drafts: bool = False,
) -> list[str]:
    """Ids of the dossiers within the actor's sight, by number; drafts belong to whoever writes them."""
    narrowed = tuple(
        name for name, value in (("kind", kind), ("cycle", cycle), ("commune_id", commune)) if value is not None
    )
    values = {**me(actor), "kind": kind, "cycle": cycle, "commune_id": commune}
    with db.read() as connection:
        rows = connection.all(_ids(only_role(actor), narrowed, drafts), **values)
    return [row[0] for row in rows]


@lru_cache(maxsize=64)
def _ids(actor: Actor, narrowed: tuple[str, ...], drafts: bool) -> Statement:
    query = select(_D.id).where(visible_to(actor))
    query = query.where(*(Beside(_D[name]) == bindparam(name, type_=_D[name].type) for name in narrowed))
    if not drafts:
        query = query.where(_D.meaning != Meaning.DRAFT.value)
    return Statement(query.order_by(_D.number))


def bundle_of(db: Database, actor: Actor, dossier_id: str) -> Bundle:
    """Everything about one dossier the actor may see, of one moment. Raises NotFound for any other.

    ``kind_digest`` is the catalogue's to say; ``label`` is the code of its state, whose words are the kind's.
    """
    with db.snapshot() as connection:
        if connection.one(_seen(only_role(actor)), **me(actor), dossier=dossier_id) is None:
            raise NotFound("dossier_not_found")
        rows = tuple(StreamRow(*row) for row in connection.all(_ROWS, stream=dossier_stream(dossier_id)))
        events = [_event(row) for row in rows]
        dossier = connection.dicts(_DOSSIER, dossier=dossier_id)[0]
        return _bundle(connection, rows, events, dossier)


@lru_cache(maxsize=16)
def _seen(actor: Actor) -> Statement:
    return Statement(select(_D.id).where(_D.id == bindparam("dossier"), visible_to(actor, leads=False)))


_DOSSIER = Statement(
    select(
        *(_D.id, _D.number, _D.kind, _D.kind_version, _D.cycle),
        *(_D.subject_id, _D.commune_id, _D.province_id, _D.origin_id, _D.state),
    ).where(_D.id == bindparam("dossier"))
)


def _bundle(
    connection: SqlConnection, rows: tuple[StreamRow, ...], events: Sequence[Event], dossier: dict[str, Any]
) -> Bundle:
    papers = _papers(connection, {ref.id for ref in papers_named(events)})
    named = {stored.digest for paper in papers for stored in paper.files}
    acts = tuple(_act(row, dossier["id"]) for row in connection.all(_ACTS, dossier=dossier["id"]))
    results = connection.dicts(_RESULTS, dossier=dossier["id"], origin=dossier["origin_id"] or "")
    ledger = tuple(_entry(row) for row in results)
    people = {row.person_id for row in rows} | {act.record.person_id for act in acts}
    places = connection.dicts(_ORGANISATIONS, ids=sorted({dossier["subject_id"], dossier["commune_id"]}))
    return Bundle(
        dossier_id=dossier["id"],
        number=dossier["number"],
        kind=dossier["kind"],
        kind_version=dossier["kind_version"],
        kind_digest="",
        label=dossier["state"],
        cycle=dossier["cycle"],
        subject_id=dossier["subject_id"],
        commune_id=dossier["commune_id"],
        province_id=dossier["province_id"],
        rows=rows,
        papers=papers,
        texts=tuple(
            PackedText(*row) for row in connection.all(_TEXTS, ids=sorted({ref.id for ref in texts_named(events)}))
        ),
        acts=acts,
        ledger=ledger,
        people=offices_of(connection, people),
        organisations=tuple(_organisation(row) for row in places),
        scans=tuple(
            StoredFile(digest, "", "", 0) for digest in dict.fromkeys(scans_named(events)) if digest not in named
        ),
    )


def _event(row: StreamRow) -> Event:
    return codec.event_from(row.event, row.payload, at=row.at, person_id=row.person_id, role=row.role)


def _papers(connection: SqlConnection, ids: Iterable[str]) -> tuple[PackedPaper, ...]:
    wanted = sorted(ids)
    files: dict[str, list[StoredFile]] = {}
    for paper_id, digest, name, media_type, size in connection.all(_FILES, ids=wanted):
        files.setdefault(paper_id, []).append(StoredFile(digest, name, media_type, size))
    return tuple(
        PackedPaper(
            id=paper_id,
            code=code,
            version=version,
            schema_id=schema_id,
            digest=digest,
            at=codec.instant(at),
            act_id=act_id,
            files=tuple(files.get(paper_id, ())),
            document=codec.unpack(body).decode(),
        )
        for paper_id, code, version, schema_id, digest, at, act_id, body in connection.all(_PAPERS, ids=wanted)
    )


def _act(row: Tuple, dossier_id: str) -> PackedAct:
    act_id, trigger, commune, province, at, person, role, papers, place, choice = row
    record = ActRecord(
        id=act_id,
        trigger=trigger,
        commune_id=commune,
        province_id=province,
        at=codec.instant(at),
        person_id=person,
        role=Role(role),
        paper_ids=tuple(codec.from_json(papers)),
        items=((dossier_id, choice),),
    )
    return PackedAct(record, place)


def _entry(row: dict[str, Any]) -> LedgerEntry:
    days = {name: codec.day_of(row[name]) for name in ("decided_on", "ended_on")}
    moments = {name: codec.instant_or_none(row[name]) for name in ("recorded_at", "confirmed_at")}
    return LedgerEntry(**{**row, **days, **moments, "standing": row["standing"] == 1})


def _organisation(row: dict[str, Any]) -> Organisation:
    days = {name: codec.day_of(row[name]) for name in ("valid_from", "valid_to")}
    return Organisation(**{**row, **days})
