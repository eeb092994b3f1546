"""The one place where the parts meet: definitions, storage and services joined into a house that doors can use."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import IO

from workflow.clock import Clock, PracticeClock, SystemClock
from workflow.definitions import strict_json
from workflow.definitions.calendars import load_calendar, with_overlay
from workflow.definitions.catalogue import Catalogue, read_body
from workflow.definitions.checks import Finding
from workflow.definitions.criteria import criteria_from_body
from workflow.definitions.diagram import mermaid
from workflow.definitions.earlier import EarlierProgramme, load_earlier
from workflow.definitions.examiner import Examiner
from workflow.definitions.file_checks import load_file_checks
from workflow.definitions.guide import Guide, guide
from workflow.definitions.notice_rules import load_notice_rules
from workflow.definitions.paper_faults import PaperFault, explain
from workflow.definitions.prints import load_prints
from workflow.definitions.procedure import procedure
from workflow.definitions.reporting import Reporting
from workflow.definitions.roll_answers import roll_answers
from workflow.definitions.schemas import PaperSchemas
from workflow.definitions.sources import Sources
from workflow.domain.actors import Actor, Role
from workflow.domain.calendars import WorkingCalendar
from workflow.domain.errors import NotFound, Unavailable
from workflow.domain.file_checks import FileFinding
from workflow.domain.kinds import DossierKind
from workflow.domain.packages import Package
from workflow.domain.prints import Prints
from workflow.domain.scoring import ScoreFault
from workflow.domain.telling import Letter
from workflow.jobs.smtp import MailServer
from workflow.papers.calendar_file import CalendarRow, calendar_file
from workflow.papers.diagram_picture import draw_diagram
from workflow.papers.incoming.inspector import FileInspector
from workflow.papers.incoming.reader import file_reader
from workflow.papers.incoming.scanner import clamd_scan
from workflow.papers.letters import LetterPaper
from workflow.papers.notice_lines import notice_line
from workflow.papers.package_in import open_package
from workflow.papers.package_out import Sender, package_stream
from workflow.papers.package_pages import Telling
from workflow.papers.tables_out import Cell, csv_file, xlsx_file
from workflow.queries.dossier_record import dossier_record
from workflow.queries.names import names_of, offices_of
from workflow.queries.packages import bundle_of
from workflow.services.accounts import AccountService
from workflow.services.acts import ActService
from workflow.services.award_lists import AwardListService
from workflow.services.awards import AwardService
from workflow.services.contacts import ContactService
from workflow.services.cycles import CycleService
from workflow.services.dates import DateService
from workflow.services.days import DayService
from workflow.services.definitions import Checked, DefinitionService
from workflow.services.desk import DeskService
from workflow.services.dossiers import DossierService
from workflow.services.engine import Engine
from workflow.services.exchange import ExchangeService
from workflow.services.feeds import FeedService
from workflow.services.handover import HandoverService
from workflow.services.inbox import InboxService
from workflow.services.inspecting import InspectionService
from workflow.services.ledger import LedgerService
from workflow.services.look import DossierSight, LookService
from workflow.services.many import ManyService
from workflow.services.merging import MergingService
from workflow.services.notes import NoteService
from workflow.services.numbers import NumberService
from workflow.services.obligations import ObligationService
from workflow.services.organisations import OrganisationService
from workflow.services.outlook import OutlookService
from workflow.services.people import PeopleService
from workflow.services.ports import PostOffice, UnitOfWork
from workflow.services.post import PostService
from workflow.services.receiving import ReceivingService
from workflow.services.reminding import RemindService
from workflow.services.reports import ReportService
from workflow.services.requests import RequestService
from workflow.services.tokens import TokenService
from workflow.settings import DEFINITIONS, Settings
from workflow.storage.database import Database
from workflow.storage.files import FileStore
from workflow.storage.unit_of_work import SqlUnitOfWork
from workflow.wording import Wording

CalendarEntry = tuple[str, date, str, str, str]


@dataclass(frozen=True, slots=True)
class PaperDesk:
    """Reads, validates and digests papers: the services' ``Papers`` over the closed set of schemas."""

    schemas: PaperSchemas

    def validate(self, schema_id: str, raw: bytes) -> dict[str, object]:
        """The parsed document; raises ``PaperInvalid`` with every fault."""
        return self.schemas.validate(schema_id, raw)

    def canonical(self, document: Mapping[str, object]) -> bytes:
        """Canonical JSON of a document."""
        return strict_json.canonical(document)

    def digest(self, document: Mapping[str, object]) -> str:
        """SHA-256 of the canonical JSON."""
        return strict_json.digest(document)


@dataclass(frozen=True, slots=True)
class MailDesk:
    """Writes letters and hands them to the mail server: the services' ``PostOffice``."""

    house: House
    server: MailServer
    paper: LetterPaper

    def deliver(self, letter: Letter) -> None:
        """Write a letter and hand it over. Raises ``NotPosted``."""
        self.server.hand_over(self.paper.write(letter, self.house.calendar(), at=self.house.clock.now()))


class House:
    """Everything a door needs, made once per process. Parts can be replaced by argument; tests do."""

    def __init__(
        self,
        settings: Settings,
        *,
        database: Database | None = None,
        files: FileStore | None = None,
        clock: Clock | None = None,
        post: PostOffice | None = None,
        definitions: Path = DEFINITIONS,
    ) -> None:
        self.settings = settings
        self.definitions_folder = definitions
        self.database = database or Database.open(settings.database)
        scan = clamd_scan(settings.clamd) if settings.clamd else None
        self.files = files or FileStore.open(settings.files, max_bytes=settings.max_file_bytes, scan=scan)
        self.clock: Clock = clock or self._clock()
        self.wording = Wording(definitions / "messages" / "vi")
        self.sources = Sources.load(definitions / "sources.json")
        self.schemas = PaperSchemas.from_folder(definitions)
        self.catalogue = Catalogue(definitions, self.schemas, published=self._published)
        checks = load_file_checks(definitions)
        self.engine = Engine(
            uow=lambda: SqlUnitOfWork(self.database),
            reading=lambda: SqlUnitOfWork(self.database, read_only=True),
            files=self.files,
            papers=PaperDesk(self.schemas),
            catalogue=self.catalogue,
            calendar=self.calendar,
            clock=self.clock,
            inspector=FileInspector(checks, file_reader(checks.limits, settings.trust), self.files.get),
        )
        self.reporting = Reporting(self.catalogue, self.schemas, definitions)
        self._drawn: dict[str, str] = {}
        self.accounts = AccountService(self.engine)
        self.dossiers = DossierService(self.engine)
        self.acts = ActService(self.engine, self.dossiers)
        self.desk = DeskService(self.engine)
        self.ledger = LedgerService(self.engine)
        self.cycles = CycleService(self.engine)
        self.awards = AwardService(self.engine)
        self.award_lists = AwardListService(self.engine)
        self.dates = DateService(self.engine)
        self.days = DayService(self.engine)
        self.looks = LookService(self.engine)
        self.outlooks = OutlookService(self.engine)
        self.many = ManyService(self.engine)
        self.merging = MergingService(self.engine)
        self.notes = NoteService(self.engine)
        self.numbers = NumberService(self.engine)
        self.obligations = ObligationService(self.engine)
        self.handovers = HandoverService(self.engine)
        self.exchange = ExchangeService(self.engine)
        self.feeds = FeedService(self.engine)
        self.inspections = InspectionService(self.engine)
        self.inboxes = InboxService(self.engine)
        self.contacts = ContactService(self.engine)
        self.notice_rules = load_notice_rules(definitions)
        self.reminding = RemindService(self.engine, self.notice_rules)
        self.post = PostService(self.engine, self.notice_rules, post or self._post_office())
        self.organisations = OrganisationService(self.engine)
        self.people = PeopleService(self.engine)
        self.receiving = ReceivingService(self.engine)
        self.reports = ReportService(self.engine)
        self.requests = RequestService(self.engine)
        self.tokens = TokenService(self.engine)
        self.definitions = DefinitionService(self.engine, criteria=_check_criteria, kind=self._check_kind)

    def _clock(self) -> Clock:
        """A practice file brings its own simulated clock; a real one has the machine's."""
        if not self.database.practice:
            return SystemClock()
        kept = self.database.practice_now()
        if kept is None:
            raise Unavailable("practice_clock_missing")
        return PracticeClock(kept)

    def _post_office(self) -> PostOffice | None:
        """The mail server that the settings name; None when they name none."""
        asked = self.settings
        if not asked.smtp_host:
            return None
        password = asked.smtp_password.get_secret_value() if asked.smtp_password else ""
        server = MailServer(asked.smtp_host, asked.smtp_port, asked.smtp_security, asked.smtp_user, password)
        paper = LetterPaper(self.wording, self.definitions_folder / "mail", asked.smtp_from, asked.address)
        return MailDesk(self, server, paper)

    def keep_present(self) -> None:
        """A practice file's present is from now on what its clock shows; a real one has none to keep."""
        if self.database.practice:
            self.database.set_practice_now(self.clock.now())

    def calendar(self, uow: UnitOfWork | None = None) -> WorkingCalendar:
        """The shipped holiday tables with the administrators' rows over them."""
        if uow is None:
            with self.engine.reading() as stores:
                return self.calendar(stores)
        rows = [{name: row[name] for name in row if name != "day"} for row in uow.books.calendar_overlay()]
        return with_overlay(self._shipped_calendar, rows) if rows else self._shipped_calendar

    @cached_property
    def _shipped_calendar(self) -> WorkingCalendar:
        return load_calendar(self.definitions_folder / "calendars" / "vn")

    @cached_property
    def earlier(self) -> tuple[EarlierProgramme, ...]:
        """Programmes whose results are entered as earlier decisions."""
        return load_earlier(self.definitions_folder)

    @cached_property
    def prints(self) -> Prints:
        """The layouts in which papers are printed."""
        return load_prints(self.definitions_folder)

    def fault_told(self, fault: object) -> tuple[str, str]:
        """One fault of a paper, of its schema or of its score sheet: its place (JSON pointer) and its sentence."""
        if isinstance(fault, PaperFault):
            code, fields = explain(fault, self.schemas)
            return fault.path, self.wording.say(code, **fields)
        if isinstance(fault, ScoreFault):
            return fault.path, self.wording.say(fault.message, **{"criterion": fault.criterion, **fault.facts})
        if isinstance(fault, FileFinding):
            return fault.path, self.wording.say(fault.message, **fault.facts)
        raise TypeError(f"not a fault of a paper: {type(fault).__name__}")

    def notice_line(self, code: str, facts: Mapping[str, object], calendar: WorkingCalendar | None = None) -> str:
        """The sentence of a notice."""
        return notice_line(self.wording, calendar or self.calendar(), code, facts)

    def _published(self, province_id: str) -> list[dict[str, object]]:
        with self.engine.reading() as stores:
            return stores.books.published(province_id)

    def procedure(self, kind: DossierKind) -> str:
        """The procedure of a kind in plain words, as Markdown (titles, paragraphs, lists)."""
        return procedure(kind, self.wording, lambda citation: self.sources.cite(citation).label)

    def roll_answers(self, kind: DossierKind) -> Mapping[str, Mapping[str, str]]:
        """What the values of the columns of a kind's roll are called."""
        return roll_answers(kind, self.schemas)

    def guide(self, kind: DossierKind, role: Role) -> Guide | None:
        """What one role does in a kind, in plain words; None for a role that has no step in it."""
        return guide(kind, role, self.wording, lambda citation: self.sources.cite(citation).label)

    def diagram(self, kind: DossierKind) -> str:
        """The states and moves of a kind drawn as SVG; drawn once for each definition."""
        drawn = self._drawn.get(kind.digest)
        if drawn is None:
            drawn = draw_diagram(mermaid(kind))
            self._drawn[kind.digest] = drawn
        return drawn

    def findings(self, kind: DossierKind, *, province_id: str = "") -> tuple[Finding, ...]:
        """What the checker finds in a kind, shipped or published by the province, waivers included."""
        file = self.definitions_folder / "kinds" / kind.code / f"v{kind.version}" / "kind.json"
        if file.exists():
            return self._examiner.kind(read_body(file))
        rows = [row["body"] for row in self._published(province_id) if (row["what"], row["key"]) == ("kind", kind.key)]
        return tuple(found for body in rows if isinstance(body, Mapping) for found in self._examiner.kind(body))

    @cached_property
    def _examiner(self) -> Examiner:
        return Examiner.from_folder(self.definitions_folder)

    def _check_kind(self, body: Mapping[str, object]) -> Checked:
        """A kind is examined whole before a province publishes it."""
        kind = self._examiner.publishable(body)
        return Checked(kind.key, kind.digest)

    def calendar_file(self, title: str, rows: Iterable[CalendarEntry]) -> bytes:
        """Days as an iCalendar file; of each its lasting id, the day, what it is, details, an address."""
        return calendar_file(title, (CalendarRow(*row) for row in rows), made_at=self.clock.now())

    def table_file(self, ending: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
        """A list as ``csv`` or ``xlsx``; no cell computes. Raises ``NotFound`` for any other ending."""
        if ending not in ("csv", "xlsx"):
            raise NotFound("unknown_file_type", ending=ending)
        if ending == "csv":
            return csv_file(heads, rows)
        return xlsx_file(title, heads, rows, made_at=self.clock.now())

    @cached_property
    def exchange_keys(self) -> Mapping[str, str]:
        """The key that each commune shares with the province, by its id. Raises Unavailable ``package_keys``."""
        if self.settings.exchange_keys is None:
            return {}
        try:
            keys = json.loads(self.settings.exchange_keys.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Unavailable("package_keys") from error
        if not isinstance(keys, dict) or not all(isinstance(key, str) and key for key in keys.values()):
            raise Unavailable("package_keys")
        return keys

    def package(self, actor: Actor, dossier_ids: Iterable[str]) -> Iterator[bytes]:
        """Dossiers within the actor's sight as the bytes of a package, as they are asked for.

        To whoever does not see every paper of them it is a copy to read (``papers.package_form``). Raises NotFound.
        """
        sights = self.looks.sights(actor, dossier_ids)
        communes = {sight.commune_id for sight in sights}
        key = communes.pop() if len(communes) == 1 else ""
        copy = actor.role is Role.UNIT or any(sight.hidden for sight in sights)
        sender = Sender(
            made_by=self._office(actor),
            made_at=self.clock.now(),
            copy=copy,
            key=key,
            secret="" if copy else self.exchange_keys.get(key, ""),
        )
        tellings = (self._telling(actor, sight, copy=copy) for sight in sights)
        return package_stream(tellings, sender, file=self.files.get, wording=self.wording)

    def open_package(self, source: IO[bytes]) -> AbstractContextManager[Package]:
        """A package that somebody brought, its seal and signature checked (``papers.package_in.open_package``)."""
        return open_package(source, self.exchange_keys)

    def _office(self, actor: Actor) -> str:
        """How whoever makes a package is shown: by office and organisation."""
        with self.database.read() as connection:
            office = offices_of(connection, [actor.person_id]).get(actor.person_id, "")
            place = names_of(connection, [actor.organisation_id]).get(actor.organisation_id, "")
        return ", ".join(part for part in (office, place) if part)

    def _telling(self, actor: Actor, sight: DossierSight, *, copy: bool) -> Telling:
        """One dossier as a package tells it; in a copy each paper as far as the actor reads it."""
        bundle = bundle_of(self.database, actor, sight.dossier_id)
        kind = self.catalogue.version(bundle.kind, bundle.kind_version, province_id=bundle.province_id)
        papers = bundle.papers
        if copy:
            seen = tuple(paper for paper in papers if paper.code not in sight.hidden)
            documents = self.looks.documents(actor, sight.dossier_id, tuple(paper.id for paper in seen))
            papers = tuple(
                replace(paper, document=strict_json.canonical(documents[paper.id]).decode()) for paper in seen
            )
        return Telling(
            bundle=replace(bundle, papers=papers, kind_digest=kind.digest, label=kind.state(bundle.label).label),
            record=dossier_record(self.database, actor, sight.dossier_id, hidden=sight.hidden),
            kind=kind,
            plain=self.schemas.plain,
            read=json.loads,
        )

    def close(self) -> None:
        """Give back every connection."""
        self.database.close()


def _check_criteria(body: Mapping[str, object]) -> Checked:
    criteria = criteria_from_body(body)
    return Checked(criteria.key, criteria.digest, criteria)


def open_house(settings: Settings | None = None) -> House:
    """The house of this installation, as its environment says."""
    return House(settings or Settings())
