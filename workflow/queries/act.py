"""An act with its dossiers: what was decided by which shared papers, as far as the reader may see the dossiers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, select

from workflow.domain.actors import Actor, Role
from workflow.domain.books import StoredFile
from workflow.domain.errors import NotFound
from workflow.queries.names import offices_of
from workflow.queries.scope import me, only_role, visible_to
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement, Tuple, among
from workflow.storage.tables import ACT, ACT_ITEM, DOSSIER, ORGANISATION, PAPER, PAPER_FILE

_A, _I, _D, _P, _F = ACT.c, ACT_ITEM.c, DOSSIER.c, PAPER.c, PAPER_FILE.c
_ACT = (_A.id, _A.trigger, _A.commune_id, _A.at, _A.person_id, _A.role, _A.papers)
_ONE = Statement(select(*_ACT).where(_A.id == bindparam("act")))
_PAPERS = Statement(
    select(_P.id, _P.code, _P.version, _P.schema_id, _P.digest).where(among(_P.id, "ids")).order_by(_P.code, _P.id)
)
_FILES = Statement(
    select(_F.paper_id, _F.digest, _F.name, _F.media_type, _F.size)
    .where(among(_F.paper_id, "ids"))
    .order_by(_F.paper_id, _F.place)
)


@dataclass(frozen=True, slots=True)
class ActPaper:
    """A paper shared by the dossiers of the act, with its files."""

    id: str
    code: str
    version: int
    schema_id: str
    digest: str
    files: tuple[StoredFile, ...]


@dataclass(frozen=True, slots=True)
class ActDossier:
    """A dossier of the act, the choice made for it then, and where it stands now."""

    dossier_id: str
    number: str
    subject_id: str
    subject_name: str
    kind: str
    kind_version: int
    cycle: int
    choice: str | None
    state: str


@dataclass(frozen=True, slots=True)
class ActView:
    """An act as its reader sees it: the dossiers are those within the reader's sight."""

    id: str
    trigger: str
    commune_id: str | None
    at: datetime
    role: Role
    office: str
    papers: tuple[ActPaper, ...]
    dossiers: tuple[ActDossier, ...]


def act(db: Database, actor: Actor, act_id: str) -> ActView:
    """An act of which the actor may see at least one dossier. Raises NotFound ``act_not_found`` for any other."""
    with db.snapshot() as connection:
        row = connection.one(_ONE, act=act_id)
        dossiers = _dossiers(connection, actor, act_id) if row is not None else ()
        if row is None or not dossiers:
            raise NotFound("act_not_found")
        return _view(connection, row, dossiers)


def _dossiers(connection: SqlConnection, actor: Actor, act_id: str) -> tuple[ActDossier, ...]:
    statement = _its_dossiers(only_role(actor))
    return tuple(
        ActDossier(
            dossier_id=dossier,
            number=number,
            subject_id=subject,
            subject_name=name or subject,
            kind=kind,
            kind_version=version,
            cycle=cycle,
            choice=choice,
            state=state,
        )
        for dossier, number, subject, name, kind, version, cycle, choice, state in connection.all(
            statement, **me(actor), act=act_id
        )
    )


@lru_cache(maxsize=16)
def _its_dossiers(actor: Actor) -> Statement:
    named = ACT_ITEM.join(DOSSIER, _D.id == _I.dossier_id)
    named = named.outerjoin(ORGANISATION, ORGANISATION.c.id == _D.subject_id)
    return Statement(
        select(
            _D.id,
            _D.number,
            _D.subject_id,
            ORGANISATION.c.name,
            _D.kind,
            _D.kind_version,
            _D.cycle,
            _I.choice,
            _D.state,
        )
        .select_from(named)
        .where(_I.act_id == bindparam("act"), visible_to(actor, leads=False))
        .order_by(_I.place)
    )


def _view(connection: SqlConnection, row: Tuple, dossiers: tuple[ActDossier, ...]) -> ActView:
    act_id, trigger, commune, at, person, role, papers = row
    ids = sorted(codec.from_json(papers))
    files: dict[str, list[StoredFile]] = {paper: [] for paper in ids}
    for paper, digest, name, media_type, size in connection.all(_FILES, ids=ids) if ids else ():
        files[paper].append(StoredFile(digest, name, media_type, size))
    shared = connection.all(_PAPERS, ids=ids) if ids else ()
    return ActView(
        id=act_id,
        trigger=trigger,
        commune_id=commune,
        at=codec.instant(at),
        role=Role(role),
        office=offices_of(connection, [person]).get(person, ""),
        papers=tuple(
            ActPaper(paper, code, version, schema, digest, tuple(files[paper]))
            for paper, code, version, schema, digest in shared
        ),
        dossiers=dossiers,
    )
