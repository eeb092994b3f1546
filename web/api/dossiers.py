"""Dossiers: lists with the filters of the pages, one as it stands or stood, its journal, why it goes on or not."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from flask import Response

from web.access import OFFICERS, actor, only, signed_in
from web.api.answered_dossiers import DossierOut, DossierPage, Explained, JournalPage, ReceiptOut
from web.api.asked import AsOf, DossierQuery, Keyed, OfDossier, Paged, RegisterIn, WorkQuery
from web.api.blueprint import PREFIX, resource
from web.api.door import key, keyed, scoped
from web.api.reading import papers_of, signed_of
from web.api.told import explained_data, page_data, receipt_data, tell
from web.context import house
from web.lists.filters import split_stage
from web.lists.finding import EVERY_HOLDER
from web.lists.present import present
from workflow.domain.actors import Role
from workflow.domain.dossier import Dossier
from workflow.domain.errors import NotFound
from workflow.domain.tokens import TokenScope
from workflow.queries.dossier_record import dossier_record
from workflow.queries.filters import Filters, Tab
from workflow.queries.filters import text as clean
from workflow.queries.journal import dossier_journal
from workflow.queries.worklist import worklist as worklist_page
from workflow.services.awards import RoundChoice
from workflow.services.registration import RegistrationService
from workflow.telling.dossiers import Shown
from workflow.telling.dossiers import page_data as dossier_data

if TYPE_CHECKING:
    from workflow.services.look import Look

BEGINNERS = (Role.UNIT, Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE)
_TABS = {"open": Tab.MINE, "mine": Tab.MINE, "elsewhere": Tab.ELSEWHERE, "done": Tab.DONE}

dossiers = resource("dossiers", "Dossiers: lists, one as it stands or stood, why it can or cannot go on.")


@dossiers.get("/dossiers", responses={200: DossierPage})
@only(*OFFICERS, Role.UNIT)
@scoped(TokenScope.READ)
def listing(query: DossierQuery) -> Response:
    """What is under way (soonest first) or ended (newest first), whoever holds it."""
    filters, states = split_stage(_filters(query))
    found = worklist_page(
        house().database,
        actor(),
        filters,
        present().moment,
        after=query.after,
        limit=query.limit,
        held_by=EVERY_HOLDER,
        states=states,
    )
    return tell(page_data(found))


@dossiers.get("/worklist", responses={200: DossierPage})
@only(*OFFICERS, Role.UNIT)
@scoped(TokenScope.READ)
def worklist(query: WorkQuery) -> Response:
    """What waits for me, with others, or is done."""
    now = present()
    filters, states = split_stage(_filters(query))
    found = worklist_page(
        house().database,
        actor(),
        filters,
        now.moment,
        after=query.after,
        limit=query.limit,
        connected=now.connected,
        states=states,
    )
    return tell(page_data(found))


def _filters(query: DossierQuery) -> Filters:
    return Filters(
        tab=_TABS[query.tab],
        kind=query.kind,
        state=query.state,
        stage=query.stage,
        commune=query.commune,
        holder=query.holder,
        lateness=query.lateness,
        cycle=query.cycle,
        text=clean("q", {"q": query.q}),
    )


@dossiers.post("/dossiers", responses={201: ReceiptOut})
@only(*BEGINNERS)
@scoped(TokenScope.FILE)
@keyed
def register(header: Keyed, body: RegisterIn) -> Response:
    """Open a dossier, file its papers and make the first step, all or nothing."""
    del header
    receipt = RegistrationService(house().engine).register(
        actor(),
        kind_code=body.kind,
        subject_id=body.subject,
        cycle=body.cycle,
        papers=papers_of(body.papers),
        signed=signed_of(body.signed),
        sent_at=body.sent_at,
        award=RoundChoice(body.award.form, body.award.special) if body.award is not None else None,
        draft_only=body.draft_only,
        key=key(),
    )
    place = f"{PREFIX}/dossiers/{receipt.dossier_id}"
    return tell(receipt_data(receipt), 201, version=receipt.version, place=place)


@dossiers.get("/dossiers/<dossier_id>", responses={200: DossierOut})
@signed_in
@scoped(TokenScope.READ)
def one(path: OfDossier, query: AsOf) -> Response:
    """A dossier as it stands, or stood at an instant: rebuilt from the journal alone. The ETag is its version."""
    look = house().looks.look(actor(), path.dossier_id)
    stood = look.dossier if query.as_of is None else _as_of(look, query.as_of)
    kind = look.kind if query.as_of is None else house().engine.kind_of(stood, query.as_of)
    record = dossier_record(house().database, actor(), path.dossier_id, hidden=look.hidden, as_of=query.as_of)
    shown = Shown(stood, kind, record, look.books.calendar, look.hidden, query.as_of)
    return tell(dossier_data(shown), version=stood.version)


def _as_of(look: Look, at: datetime) -> Dossier:
    with house().engine.reading() as stores:
        history = stores.journal.events_of(look.dossier.id, as_of=at)
    if not history:
        raise NotFound
    return Dossier.replay(history)


@dossiers.get("/dossiers/<dossier_id>/journal", responses={200: JournalPage})
@signed_in
@scoped(TokenScope.READ)
def journal(path: OfDossier, query: Paged) -> Response:
    """The journal of a dossier, newest first, with the hashes of its chain."""
    hidden = house().looks.look(actor(), path.dossier_id).hidden
    found = dossier_journal(
        house().database, actor(), path.dossier_id, after=query.after, limit=query.limit, hidden=hidden
    )
    return tell(page_data(found))


@dossiers.get("/dossiers/<dossier_id>/explain", responses={200: Explained})
@signed_in
@scoped(TokenScope.READ)
def explain(path: OfDossier) -> Response:
    """Every step and paper from here, each with all that stands against it."""
    look = house().looks.look(actor(), path.dossier_id)
    return tell(explained_data(look), version=look.dossier.version)
