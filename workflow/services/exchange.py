"""Packages of another installation taken in: looked at as they would be taken, then all of it, or nothing.

A dossier's stream continues: what is here already must be how the package's stream begins, and only what is lacking is
appended. Streams that part are refused by name. Doing it twice equals once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from workflow.domain import events as ev
from workflow.domain.actors import Actor, Role
from workflow.domain.books import BooksEvent, LedgerEntry, Organisation
from workflow.domain.dossier import Dossier
from workflow.domain.errors import Conflict, HosoError, InvalidInput, NotAllowed, NotFound
from workflow.domain.kinds import DossierKind, Meaning
from workflow.domain.packages import (
    Bundle,
    Fate,
    Package,
    PackageLine,
    PackageRefused,
    fate_of,
    kinds_followed,
    papers_named,
    scans_named,
    texts_named,
)
from workflow.services.engine import Engine
from workflow.services.notices import notices_for
from workflow.services.ports import UnitOfWork
from workflow.services.rolls import keep_roll

KEEPERS = frozenset({Role.COMMUNE_POLICE, Role.PROVINCE_POLICE})
"""Who takes in what another installation sent."""

ENTERED = "entered"
"""How the ledger calls a result that was decided outside hoso."""


class ExchangeService:
    """Preview and take in packages."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def preview(self, actor: Actor, package: Package) -> tuple[PackageLine, ...]:
        """Per dossier what taking it in would do, or what stands against it. Nothing is kept.

        Raises NotAllowed ``package_role``.
        """
        _check_role(actor)
        with self._engine.uow() as uow:  # never committed: the very same is done as when it is taken in
            return tuple(self._lines(uow, actor, package, self._engine.clock.now()))

    def take_in(self, actor: Actor, package: Package, *, key: str | None = None) -> tuple[PackageLine, ...]:
        """Take in every dossier of a package, or none.

        Raises NotAllowed ``package_role``, PackageRefused with every line when anything stands against one of them.
        """
        _check_role(actor)
        lines: list[PackageLine] = []

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            lines.extend(self._lines(uow, actor, package, at))
            if any(line.fate is Fate.WRONG for line in lines):
                raise PackageRefused(lines)
            for stored in {one.digest: one for bundle in package.bundles for one in bundle.files}.values():
                self._engine.files.put(package.file(stored.digest), name=stored.name)
            taken = [[line.dossier_id, line.rows] for line in lines if line.rows]
            if taken:
                payload = {"package": package.digest, "key": package.key, "dossiers": taken}
                event = BooksEvent("PackageTakenIn", payload)
                uow.journal.append_books(actor.province_id, [event], actor, at)
            return {"taken": len(taken)}

        self._engine.once(actor, key, ["package", package.digest], work)
        return tuple(lines)

    def _lines(self, uow: UnitOfWork, actor: Actor, package: Package, at: datetime) -> Iterator[PackageLine]:
        for bundle in package.bundles:
            subject = next((one.name for one in bundle.organisations if one.id == bundle.subject_id), bundle.subject_id)
            line = PackageLine(bundle.dossier_id, bundle.number, subject, Fate.WRONG, state=bundle.label)
            try:
                yield self._graft(uow, actor, package, bundle, line, at)
            except HosoError as error:
                yield replace(line, error=error)

    def _graft(
        self, uow: UnitOfWork, actor: Actor, package: Package, bundle: Bundle, line: PackageLine, at: datetime
    ) -> PackageLine:
        events = uow.grafts.read_stream(bundle.dossier_id, bundle.rows)
        dossier = _replayed(bundle, events)
        if not actor.covers(
            subject_id=dossier.subject_id, commune_id=dossier.commune_id, province_id=dossier.province_id
        ):
            raise NotFound("package_elsewhere", number=bundle.number)
        known = uow.grafts.hashes(bundle.dossier_id)
        fate, shared = fate_of(known, [row.hash for row in bundle.rows])
        if fate is Fate.WRONG:
            raise Conflict("package_diverged", number=bundle.number, seq=shared + 1)
        if fate in {Fate.SAME, Fate.BEHIND}:
            return replace(line, fate=fate)
        kind = self._kind(bundle, dossier, events, at)
        documents = self._check_content(package, bundle, events)
        notes = self._settle_places(uow, actor, bundle, at)
        if fate is Fate.NEW:
            _check_room(uow, kind, dossier)
        self._write(uow, bundle, dossier, kind, shared)
        for ref in papers_named(events[shared:]):
            if ref.code in kind.attachments:
                rule = kind.attachments[ref.code]
                keep_roll(uow, kind, dossier, rule, documents[ref.id], version=ref.version)
        uow.outbox.put(notices_for(kind, dossier, events[shared:]), at=at)
        return replace(line, fate=fate, rows=len(bundle.rows) - shared, notes=tuple(notes))

    def _kind(self, bundle: Bundle, dossier: Dossier, events: list[ev.Event], at: datetime) -> DossierKind:
        """The kind the dossier follows, known here with the same content; every step is one that it knows."""
        kind = self._engine.catalogue.version(bundle.kind, bundle.kind_version, province_id=bundle.province_id)
        if kind.digest != bundle.kind_digest:
            raise Conflict("package_kind_differs", kind=kind.short_label, version=str(kind.version))
        state = ""
        for event, version in kinds_followed(events):
            if isinstance(event, ev.DossierOpened):
                state = event.state
            elif isinstance(event, ev.Moved):
                made_under = self._engine.catalogue.version(bundle.kind, version, province_id=bundle.province_id)
                _check_step(made_under, event, state, own=dossier.own)
                state = event.target
            elif isinstance(event, ev.KindRebound) and event.target is not None:
                state = event.target
        return self._engine.kind_of(dossier, at) if not dossier.pinned else kind

    def _check_content(self, package: Package, bundle: Bundle, events: list[ev.Event]) -> dict[str, dict[str, object]]:
        """Everything that the events name is there, and is what they say; the papers' documents by id."""
        documents: dict[str, dict[str, object]] = {}
        papers = {paper.id: paper for paper in bundle.papers}
        for ref in papers_named(events):
            paper = papers.get(ref.id)
            if paper is None or (paper.digest, paper.schema_id, paper.code) != (ref.digest, ref.schema_id, ref.code):
                raise InvalidInput("package_damaged", why="paper", paper=ref.code)
            if tuple(stored.digest for stored in paper.files) != ref.files:
                raise InvalidInput("package_damaged", why="files", paper=ref.code)
            documents[ref.id] = self._engine.papers.validate(paper.schema_id, paper.document.encode())
        texts = {text.id: text.digest for text in bundle.texts}
        if any(texts.get(ref.id) != ref.digest for ref in texts_named(events)):
            raise InvalidInput("package_damaged", why="text")
        named = {stored.digest for stored in bundle.files}
        if not set(scans_named(events)) <= named:
            raise InvalidInput("package_damaged", why="files")
        for stored in bundle.files:
            self._engine.files.check(package.file(stored.digest), name=stored.name)
        return documents

    @staticmethod
    def _settle_places(uow: UnitOfWork, actor: Actor, bundle: Bundle, at: datetime) -> list[tuple[str, dict[str, str]]]:
        """Organisations and people by their codes: a unit that is not here is added below its commune."""
        told = {one.id: one for one in bundle.organisations}
        here = uow.organisations.get_many([bundle.subject_id, bundle.commune_id])
        commune = here.get(bundle.commune_id)
        if commune is None or commune.province_id != bundle.province_id:
            raise NotFound("package_commune_unknown", commune=bundle.commune_id)
        notes: list[tuple[str, dict[str, str]]] = []
        subject, mine = told.get(bundle.subject_id), here.get(bundle.subject_id)
        if mine is None:
            _add_unit(uow, actor, bundle, subject, at)
            notes.append(("package.note.unit", {"name": subject.name if subject else bundle.subject_id}))
        elif subject is not None and (mine.kind, mine.commune_id) != (subject.kind, subject.commune_id):
            raise Conflict("package_unit_differs", name=mine.name, id=mine.id)
        elif subject is not None and mine.name != subject.name:
            notes.append(("package.note.name", {"mine": mine.name, "theirs": subject.name}))
        offices = uow.people.offices(bundle.people)
        for person, office in bundle.people.items():
            if person not in offices:
                uow.grafts.add_person(person, office)
            elif offices[person] != office:
                notes.append(("package.note.office", {"id": person, "mine": offices[person], "theirs": office}))
        return notes

    def _write(self, uow: UnitOfWork, bundle: Bundle, dossier: Dossier, kind: DossierKind, shared: int) -> None:
        calendar = self._engine.calendar(uow)
        uow.grafts.append(dossier, bundle.rows[shared:])
        if shared:
            uow.dossiers.save(dossier, kind, calendar, seen_version=shared)
        else:
            uow.dossiers.add(dossier, kind, calendar)
        uow.grafts.add_papers(dossier.id, bundle.papers)
        uow.grafts.add_texts(dossier.id, bundle.texts)
        for act in bundle.acts:
            uow.grafts.add_act(act)
        for entry in bundle.ledger:
            _keep_result(uow, dossier, entry)


def _check_role(actor: Actor) -> None:
    if actor.role not in KEEPERS:
        raise NotAllowed("package_role", role=actor.role)


def _replayed(bundle: Bundle, events: list[ev.Event]) -> Dossier:
    """The dossier that the stream makes, and that the package says it is."""
    if not events or not isinstance(events[0], ev.DossierOpened):
        raise InvalidInput("package_damaged", why="event")
    try:
        dossier = Dossier.replay(events)
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidInput("package_damaged", why="event") from error
    for name in ("number", "kind", "kind_version", "cycle", "subject_id", "commune_id", "province_id"):
        if getattr(dossier, name) != getattr(bundle, name):
            raise InvalidInput("package_damaged", why="record", member=bundle.number)
    if dossier.id != bundle.dossier_id:
        raise InvalidInput("package_damaged", why="record", member=bundle.number)
    return dossier


def _check_step(kind: DossierKind, event: ev.Moved, state: str, *, own: bool) -> None:
    """A move of the stream is one of the kind, from where the dossier stood, by a role that may enter it."""
    made = next((t for t in kind.transitions if t.id == event.transition), None)
    if (
        made is None
        or (made.trigger, made.source, made.target) != (event.trigger, event.source, event.target)
        or event.source != state
        or not (made.is_system or event.by_disconnected or event.role in made.recorders_on(own=own))
    ):
        raise InvalidInput("package_step", step=event.trigger, state=state)


def _check_room(uow: UnitOfWork, kind: DossierKind, dossier: Dossier) -> None:
    """Its number is free, and no other dossier of its subject, kind and cycle stands."""
    if uow.dossiers.id_of(dossier.number, province_id=dossier.province_id) is not None:
        raise Conflict("package_number_taken", number=dossier.number)
    if kind.many or kind.state(dossier.state).meaning is Meaning.VOID or dossier.origin_id:
        return
    void = kind.states_meaning(Meaning.VOID)
    others = uow.dossiers.others(
        subject_id=dossier.subject_id, kind=dossier.kind, cycle=dossier.cycle, void=frozenset(void)
    )
    if others:
        raise Conflict("package_other_stands", number=dossier.number, other=others[0].number)


def _add_unit(uow: UnitOfWork, actor: Actor, bundle: Bundle, subject: Organisation | None, at: datetime) -> None:
    """A unit that the sender keeps and the receiver does not know yet."""
    if subject is None or subject.commune_id != bundle.commune_id or subject.province_id != bundle.province_id:
        raise NotFound("package_unit_unknown", id=bundle.subject_id)
    uow.organisations.add(replace(subject, parent_id=bundle.commune_id, successor_id=None))
    payload = {"organisation": subject.id, "kind": subject.kind, "parent": bundle.commune_id, "what": "add"}
    uow.journal.append_books(bundle.province_id, [BooksEvent("OrganisationKept", payload)], actor, at)


def _keep_result(uow: UnitOfWork, dossier: Dossier, entry: LedgerEntry) -> None:
    """The dossier's own result as the sender's ledger has it; the result it stems from where it is not here yet.

    An earlier result that was entered elsewhere counts here once a second person here has confirmed it.
    """
    if (entry.subject_id, entry.commune_id, entry.province_id) != (
        dossier.subject_id,
        dossier.commune_id,
        dossier.province_id,
    ):
        raise InvalidInput("package_damaged", why="ledger")
    try:
        mine = uow.ledger.get(entry.id)
    except NotFound:
        fresh = replace(entry, confirmed_by=None, confirmed_at=None) if entry.source == ENTERED else entry
        uow.ledger.add(fresh)
        return
    if entry.dossier_id == dossier.id or dossier.id in {entry.ended_by, mine.ended_by}:
        uow.ledger.replace(
            replace(entry, confirmed_by=mine.confirmed_by, confirmed_at=mine.confirmed_at)
            if entry.source == ENTERED
            else entry
        )
