"""The yearly report of results (12/12): looked at before it is filed, filed once, frozen with its digest.

law.md, "After recognition": owed entries block their own commune's report, by name. Figures dated 11/12 of the year
before to 10/12, report due before 12/12 (002:87-89): both are dates of the kind and of the province.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from workflow.domain.actors import COMMUNE_ROLES, Actor, Role
from workflow.domain.books import BooksEvent, Notice
from workflow.domain.calendars import local_day
from workflow.domain.deadlines import Face, Verdict, judge, resolve
from workflow.domain.errors import Conflict, InvalidInput, NotAllowed, TransitionRefused
from workflow.domain.events import SignedPaper
from workflow.domain.filed_report import FiledReport, to_document
from workflow.domain.guards import Refusal
from workflow.domain.kinds import DossierKind
from workflow.domain.yearly_report import ReportLine, YearlyReport, yearly_report
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class ReportReceipt:
    """A report that was filed: its id, digest and journal number, when, and whether late."""

    report_id: str
    commune_id: str
    cycle: int
    digest: str
    journal: int
    at: datetime
    late: bool

    def as_answer(self) -> dict[str, object]:
        """Plain values, to be kept under an idempotency key."""
        return asdict(self) | {"at": self.at.isoformat()}

    @classmethod
    def from_answer(cls, answer: Mapping[str, object]) -> ReportReceipt:
        """The receipt that was kept."""
        plain = dict(answer)
        plain["at"] = datetime.fromisoformat(str(plain["at"]))
        return cls(**plain)  # type: ignore[arg-type]  # the mapping is as_answer's own


@dataclass(frozen=True, slots=True)
class ReportPreview:
    """The report as it would be filed now, and all that stands against filing it.

    ``verdict``: how the report's date looks at this commune; None where the kind or the cycle has none.
    """

    report: YearlyReport
    refusals: tuple[Refusal, ...]
    verdict: Verdict | None

    @property
    def late(self) -> bool:
        """Whether it would be filed late."""
        return self.verdict is not None and self.verdict.face is Face.LATE


class ReportService:
    """Filing the yearly report of a commune, by its police or its committee."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def preview(self, actor: Actor, *, kind_code: str, cycle: int) -> ReportPreview:
        """The report of the actor's commune as the books stand, with what blocks it. Nothing is kept.

        Raises ``NotAllowed`` (``report_role``), ``InvalidInput`` (``kind_without_report``), ``NotFound``.
        """
        with self._engine.reading() as uow:
            at = self._engine.clock.now()
            return self._weigh(uow, actor, self._kind(actor, kind_code, at), cycle, at)

    def file(
        self,
        actor: Actor,
        kind_code: str,
        cycle: int,
        *,
        signed: SignedPaper | None = None,
        key: str | None = None,
    ) -> ReportReceipt:
        """File the report of the actor's commune: its figures are frozen, PV01 is told.

        Raises ``TransitionRefused`` naming every owed entry and every date against it, ``Conflict`` (``report_filed``),
        ``NotAllowed`` (``report_role``), ``InvalidInput`` (``kind_without_report``), ``NotFound``.
        """
        request = ["file-report", kind_code, cycle, signed and asdict(signed)]

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            return self._file(uow, actor, kind_code, cycle, signed, at).as_answer()

        return ReportReceipt.from_answer(self._engine.once(actor, key, request, work, books=actor.province_id))

    def _file(
        self, uow: UnitOfWork, actor: Actor, kind_code: str, cycle: int, signed: SignedPaper | None, at: datetime
    ) -> ReportReceipt:
        kind = self._kind(actor, kind_code, at)
        commune_id = _commune_of(actor)
        before = uow.reports.get(province_id=actor.province_id, kind=kind.code, cycle=cycle, commune_id=commune_id)
        if before is not None:
            raise Conflict("report_filed", cycle=cycle, at=before.filed_at)
        weighed = self._weigh(uow, actor, kind, cycle, at)
        if weighed.refusals:
            raise TransitionRefused(weighed.refusals, trigger="file_report", cycle=cycle)
        document = to_document(weighed.report)
        grant = weighed.verdict.grant if weighed.verdict is not None else None
        filed = FiledReport(
            id=self._engine.new_id(),
            province_id=actor.province_id,
            kind=kind.code,
            report=weighed.report,
            filed_at=at,
            filed_by=actor.person_id,
            role=actor.role,
            late=weighed.late,
            digest=self._engine.papers.digest(document),
            grant_id=grant.id if grant is not None else None,
            signed=signed,
        )
        uow.reports.add(filed, document=self._engine.papers.canonical(document))
        journal = uow.journal.append_books(actor.province_id, [_event(filed)], actor, at)
        uow.outbox.put([_notice(uow, filed, kind)], at=at)
        return ReportReceipt(filed.id, commune_id, cycle, filed.digest, journal, at, filed.late)

    def _kind(self, actor: Actor, code: str, at: datetime) -> DossierKind:
        kind = self._engine.catalogue.newest(code, province_id=actor.province_id, on=local_day(at))
        if kind.report is None or kind.figures is None or kind.ledger is None:
            raise InvalidInput("kind_without_report", kind=kind.short_label)
        return kind

    def _weigh(self, uow: UnitOfWork, actor: Actor, kind: DossierKind, cycle: int, at: datetime) -> ReportPreview:
        """The one rule behind the preview, the explanation and the lock."""
        commune_id, province_id = _commune_of(actor), actor.province_id
        facts = uow.reports.facts(kind, province_id=province_id, commune_id=commune_id, cycle=cycle)
        report = yearly_report(facts)
        refusals, verdict = _dates(uow, kind, province_id, commune_id, cycle, at)
        until = verdict.due or verdict.closes if verdict is not None else None
        blocked: list[Refusal] = []
        if report.owed and kind.owes is not None:
            owed = self._engine.catalogue.newest(kind.owes.kind, province_id=province_id, on=local_day(at))
            blocked = [_owed(owed, line, own=line.subject_id == commune_id, until=until) for line in report.owed]
        return ReportPreview(report, (*refusals, *blocked), verdict)


def _commune_of(actor: Actor) -> str:
    """The commune whose report this actor files. Raises ``NotAllowed`` (002:87: a duty of the commune)."""
    if actor.role not in COMMUNE_ROLES or actor.commune_id is None:
        raise NotAllowed("report_role", role=actor.role)
    return actor.commune_id


def _dates(
    uow: UnitOfWork, kind: DossierKind, province_id: str, commune_id: str, cycle: int, at: datetime
) -> tuple[list[Refusal], Verdict | None]:
    """What the report's date says to this commune now."""
    code = kind.report or ""
    rule = kind.deadlines[code]
    if uow.books.cycle(province_id, kind.code, cycle) is None:
        refusal = Refusal("report.cycle_not_open", {"cycle": cycle}, Role.PROVINCE_POLICE, source=rule.source)
        return [refusal], None
    deadlines = uow.books.deadlines(province_id, kind.code, cycle)
    if code not in deadlines:  # a date the kind took on after the cycle was opened
        return [], None
    grants = uow.books.grants(province_id, kind.code, cycle)
    deadline = resolve(deadlines, code, grants, commune_id=commune_id, province_id=province_id, at=at)
    verdict = judge(deadline, grants, subject_id=None, commune_id=commune_id, province_id=province_id, at=at)
    if verdict.face is Face.NOT_OPEN and verdict.opens is not None:
        facts = {"cycle": cycle, "opens": verdict.opens, "opens_on": local_day(verdict.opens)}
        return [Refusal("report.not_open", facts, until=verdict.opens, source=rule.source)], verdict
    if verdict.face is Face.CLOSED and verdict.closes is not None:
        facts = {"cycle": cycle, "closes": verdict.closes, "closed_on": local_day(verdict.closes)}
        return [Refusal("report.closed", facts, Role.PROVINCE_POLICE, source=rule.source)], verdict
    return [], verdict


def _owed(owed: DossierKind, line: ReportLine, *, own: bool, until: datetime | None) -> Refusal:
    """An owed entry by name, and who can clear it: whoever may make a step that ends it with a result."""
    steps = [t for t in owed.from_state(owed.initial) if t.applies.to(own=own) and not t.is_system]
    return Refusal(
        "report.owed",
        {"name": line.name, "number": line.number, "decided_on": line.decided_on, "dossier": line.dossier_id},
        cleared_by=steps[0].authorities[0] if steps else None,
        until=until,
        source=owed.citation,
    )


def _event(filed: FiledReport) -> BooksEvent:
    report = filed.report
    payload = {
        "report": filed.id,
        "kind": filed.kind,
        "cycle": report.cycle,
        "commune": report.commune_id,
        "digest": filed.digest,
        "late": filed.late,
        "grant": filed.grant_id,
        "scans": list(filed.signed.scans) if filed.signed is not None else [],
        "figures": {name: [figure.count, figure.of] for name, figure in report.figures.items()},
    }
    return BooksEvent("ReportFiled", payload)


def _notice(uow: UnitOfWork, filed: FiledReport, kind: DossierKind) -> Notice:
    commune = uow.organisations.get(filed.report.commune_id)
    return Notice(
        dossier_id=None,
        audience=Role.PROVINCE_POLICE,
        organisation_id=filed.province_id,
        code="notice.report_filed",
        facts={"commune": commune.name, "kind": kind.short_label, "cycle": filed.report.cycle},
    )
