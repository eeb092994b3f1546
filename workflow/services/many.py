"""Many units registered from one table: every row by the way of one registration, all rows or none."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches

from workflow.domain.actors import Actor, Role
from workflow.domain.books import Organisation, StoredFile
from workflow.domain.calendars import local_day
from workflow.domain.errors import HosoError, InvalidInput, NotFound
from workflow.domain.events import SignedPaper
from workflow.domain.kinds import DossierKind, Meaning
from workflow.services.engine import Engine
from workflow.services.inputs import PaperInput
from workflow.services.ports import UnitOfWork
from workflow.services.registration import RegistrationService
from workflow.services.together import together

SIGNED = ("number", "date", "issuer", "signer_office")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: the unit by id or full name, and what its first paper says."""

    unit: str
    document: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ManyInput:
    """What a table asks for. ``code``: the first paper; ``fields``: all it has; ``scans``: of the signed list."""

    kind: str
    cycle: int
    code: str
    fields: frozenset[str]
    scans: tuple[StoredFile, ...] = ()
    draft_only: bool = False


@dataclass(frozen=True, slots=True)
class EntryLine:
    """What becomes of a row: ``add``, ``same`` (registered so already), ``there`` (registered otherwise), ``wrong``.

    ``number``: of the dossier that it makes, or that is there. ``near``: names like one that is not known.
    """

    unit: str
    what: str
    number: str = ""
    error: HosoError | None = None
    near: tuple[str, ...] = field(default=())


class EntriesRefused(InvalidInput):
    """A table of which no row was taken; ``lines`` say of each what stands against it."""

    code = "registrations_refused"

    def __init__(self, lines: tuple[EntryLine, ...]) -> None:
        super().__init__(None, count=sum(line.what == "wrong" for line in lines))
        self.lines = lines


class ManyService:
    """Preview and make many registrations."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def preview(self, actor: Actor, asked: ManyInput, entries: Iterable[Entry]) -> tuple[EntryLine, ...]:
        """Per row what registering it would do, or what is wrong with it. Nothing is kept."""
        with self._engine.uow() as uow:  # never committed: the very same is done as when they are registered
            return tuple(self._lines(uow, actor, asked, entries, self._engine.clock.now()))

    def register(
        self, actor: Actor, asked: ManyInput, entries: Iterable[Entry], *, key: str | None = None
    ) -> tuple[EntryLine, ...]:
        """Register every unit of the table that is not registered so already, or none.

        Raises EntriesRefused with every line when anything stands against one of them.
        """
        kept: list[EntryLine] = []
        rows = list(entries) if key is not None else entries

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            kept.extend(self._lines(uow, actor, asked, rows, at))
            if any(line.what == "wrong" for line in kept):
                raise EntriesRefused(tuple(kept))
            return {"numbers": [line.number for line in kept]}

        request = ["register many", asked.kind, asked.cycle, [[one.unit, one.document] for one in rows] if key else 0]
        self._engine.once(actor, key, request, work)
        return tuple(kept)

    def _lines(
        self, uow: UnitOfWork, actor: Actor, asked: ManyInput, entries: Iterable[Entry], at: datetime
    ) -> Iterator[EntryLine]:
        kind = self._engine.catalogue.newest(asked.kind, province_id=actor.province_id, on=local_day(at))
        service = RegistrationService(together(self._engine, uow, at))
        office = uow.people.offices([actor.person_id]).get(actor.person_id, "")
        communes: dict[str, str] = {}
        names: dict[str, str] = {}
        for entry in entries:
            try:
                subject = self._subject(uow, actor, entry.unit)
                document = self._document(uow, asked, entry, subject, office, communes, for_unit=_for_unit(actor, kind))
                yield self._line(uow, actor, service, asked, kind, entry, subject, document)
            except NotFound as error:
                yield EntryLine(entry.unit, "wrong", error=error, near=self._near(uow, actor, entry.unit, names))
            except HosoError as error:
                yield EntryLine(entry.unit, "wrong", error=error)

    def _line(
        self,
        uow: UnitOfWork,
        actor: Actor,
        service: RegistrationService,
        asked: ManyInput,
        kind: DossierKind,
        entry: Entry,
        subject: Organisation,
        document: dict[str, object],
    ) -> EntryLine:
        raw = json.dumps(document, ensure_ascii=False).encode()
        digest = self._engine.papers.digest(self._engine.papers.validate(kind.attachments[asked.code].schema_id, raw))
        void = kind.states_meaning(Meaning.VOID)
        for other in uow.dossiers.others(subject_id=subject.id, kind=kind.code, cycle=asked.cycle, void=void):
            filed = uow.dossiers.get(other.id).versions(asked.code)
            if any(one.paper.digest == digest for one in filed):
                return EntryLine(entry.unit, "same", other.number)
            if not kind.many:
                return EntryLine(entry.unit, "there", other.number)
        receipt = service.register(
            actor,
            kind_code=kind.code,
            subject_id=subject.id,
            cycle=asked.cycle,
            papers={asked.code: PaperInput(raw)},
            signed=_signed(document, asked) if _for_unit(actor, kind) else None,
            draft_only=asked.draft_only,
        )
        return EntryLine(entry.unit, "add", receipt.number)

    @staticmethod
    def _subject(uow: UnitOfWork, actor: Actor, named: str) -> Organisation:
        by_id = uow.organisations.get_many([named])
        found = list(by_id.values()) or uow.organisations.find(
            province_id=actor.province_id, name=named, commune_id=actor.commune_id
        )
        if not found or found[0].province_id != actor.province_id:
            raise NotFound("organisation_not_found", organisation=named)
        if len(found) > 1:
            raise InvalidInput("organisation_ambiguous", name=named, ids=tuple(item.id for item in found))
        return found[0]

    @staticmethod
    def _near(uow: UnitOfWork, actor: Actor, named: str, known: dict[str, str]) -> tuple[str, ...]:
        """Names of the commune's units that are much like one that is not known."""
        if not known and actor.commune_id is not None:
            known |= {one.name.casefold(): one.name for one in uow.organisations.children(actor.commune_id)}
        return tuple(known[one] for one in get_close_matches(named.casefold(), known, n=3, cutoff=0.75))

    @staticmethod
    def _document(
        uow: UnitOfWork,
        asked: ManyInput,
        entry: Entry,
        subject: Organisation,
        office: str,
        communes: dict[str, str],
        *,
        for_unit: bool,
    ) -> dict[str, object]:
        """What the row says, with what hoso knows of the unit."""
        place = subject.commune_id or subject.id
        if place not in communes:
            communes[place] = uow.organisations.get(place).name
        known: dict[str, object] = {
            "subject_name": subject.name,
            "subject_kind": subject.kind,
            "commune": communes[place],
            "cycle": asked.cycle,
        }
        offered: dict[str, object] = {"issuer": subject.name} if "number" in entry.document else {}
        offered |= {"submitted_by_office": office} if office else {}
        offered |= {"entered_for_unit": True} if for_unit else {}
        whole = {**offered, **entry.document, **known}
        return {name: value for name, value in whole.items() if name in asked.fields}


def _for_unit(actor: Actor, kind: DossierKind) -> bool:
    """Whether the actor enters them for the units, from a signed paper."""
    return actor.role is Role.COMMUNE_POLICE and Role.UNIT in kind.opened_by


def _signed(document: Mapping[str, object], asked: ManyInput) -> SignedPaper:
    values = {name: str(document.get(name, "")) for name in SIGNED}
    return SignedPaper(**values, scans=tuple(stored.digest for stored in asked.scans))
