"""What a province keeps beside its dossiers: the ledger, years and dates, organisations, reports."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Protocol

from workflow.domain.books import (
    CycleRow,
    LedgerEntry,
    Organisation,
    OwnDossier,
    ProvinceSettings,
)
from workflow.domain.deadlines import Deadline, Grant
from workflow.domain.filed_report import FiledReport
from workflow.domain.guards import LedgerFact
from workflow.domain.guards.attempt import UnitFact
from workflow.domain.kinds import DossierKind
from workflow.domain.yearly_report import Recognition, ReportFacts


class LedgerStore(Protocol):
    """The one ledger of results."""

    def add(self, entry: LedgerEntry) -> None:
        """Enter a result; ``Conflict`` when the same subject, kind, cycle and number stands already."""

    def get(self, entry_id: str) -> LedgerEntry:
        """The entry, or ``NotFound``."""

    def replace(self, entry: LedgerEntry) -> None:
        """Write back an entry whose confirmation or standing changed."""

    def facts(self, subject_id: str) -> tuple[LedgerFact, ...]:
        """Confirmed results of a subject and of its predecessors, newest cycle first."""

    def standing(self, *, province_id: str, kind: str, commune_id: str | None = None) -> list[LedgerEntry]:
        """Confirmed entries of a kind that stand."""

    def standing_of(self, *, subject_id: str, kind: str, cycle: int, number: str) -> LedgerEntry | None:
        """The standing entry of that subject, kind, cycle and decision number, confirmed or not; or None."""

    def of_dossier(self, dossier_id: str) -> LedgerEntry | None:
        """The entry a dossier made, or None."""


class Books(Protocol):
    """Dates, cycles, grants, settings and published definitions of a province."""

    def cycle(self, province_id: str, kind: str, cycle: int) -> CycleRow | None:
        """The cycle's row, or None when it was never opened."""

    def cycles(self, province_id: str) -> list[CycleRow]:
        """All cycles of the province."""

    def put_cycle(self, row: CycleRow) -> None:
        """Open or close a cycle."""

    def deadlines(self, province_id: str, kind: str, cycle: int) -> dict[str, Deadline]:
        """The province's dates of that cycle by code."""

    def put_deadline(self, province_id: str, kind: str, cycle: int, deadline: Deadline) -> None:
        """Set one date."""

    def grants(self, province_id: str, kind: str, cycle: int) -> tuple[Grant, ...]:
        """Extensions and late openings of that cycle."""

    def put_grant(self, province_id: str, kind: str, cycle: int, grant: Grant) -> None:
        """Keep an extension or late opening."""

    def settings(self, province_id: str) -> ProvinceSettings:
        """The province's settings; defaults where nothing was set."""

    def put_settings(self, province_id: str, settings: ProvinceSettings) -> None:
        """Replace the settings."""

    def working_days(self, province_id: str, kind: str) -> dict[str, int]:
        """Working days of officer steps by state, where the province set them."""

    def put_working_days(self, province_id: str, kind: str, state: str, days: int) -> None:
        """Set the working days of one officer step."""

    def calendar_overlay(self) -> list[dict[str, object]]:
        """Holidays and make-up days entered by administrators, over the shipped tables."""

    def put_calendar_row(self, row: Mapping[str, object]) -> None:
        """Add or replace one day of the overlay."""

    def published(self, province_id: str) -> list[dict[str, object]]:
        """Definitions the province published: rows with what (kind|criteria), key, body, digest, approver."""

    def publish(self, province_id: str, row: Mapping[str, object]) -> None:
        """Keep a published definition; ``Conflict`` when that key exists with another digest."""


class OrganisationStore(Protocol):
    """The dated tree of organisations."""

    def get(self, organisation_id: str) -> Organisation:
        """The organisation, or ``NotFound``."""

    def get_many(self, organisation_ids: list[str]) -> dict[str, Organisation]:
        """Organisations by id; ids that do not exist are left out."""

    def add(self, organisation: Organisation) -> None:
        """A new organisation; ``Conflict`` when the id is taken."""

    def replace(self, organisation: Organisation) -> None:
        """Write back a changed organisation."""

    def find(self, *, province_id: str, name: str, commune_id: str | None = None) -> list[Organisation]:
        """By folded name (no diacritics, no case)."""

    def children(self, parent_id: str) -> list[Organisation]:
        """Direct children in the tree."""

    def of_province(self, province_id: str, kinds: Collection[str]) -> list[Organisation]:
        """Every organisation of these kinds in a province, whenever it stood, by id."""

    def offices_of(self, commune_id: str) -> list[Organisation]:
        """The offices that hold a commune role (cong_an_xa, ubnd_xa, ban_chi_dao)."""


class UnitStore(Protocol):
    """The units that communes answer for."""

    def of_commune(self, kind: DossierKind, *, commune_id: str, cycle: int, on: date) -> tuple[UnitFact, ...]:
        """The units of a commune as they stand in a kind and cycle, by name."""


class Reports(Protocol):
    """Yearly reports of communes; a filed one never changes."""

    def facts(self, kind: DossierKind, *, province_id: str, commune_id: str, cycle: int) -> ReportFacts:
        """What the books say for one commune's report of a kind in a cycle."""

    def new_in(
        self, kind: DossierKind, recognition: Recognition, *, province_id: str, commune_id: str, cycle: int
    ) -> int:
        """The cycle in whose report a recognition is new, as the province's dates around ``cycle`` say."""

    def get(self, *, province_id: str, kind: str, cycle: int, commune_id: str) -> FiledReport | None:
        """The report the commune filed, or None."""

    def add(self, filed: FiledReport, *, document: bytes) -> None:
        """Keep a filed report with its document; ``Conflict`` when the commune has filed already."""


class Merging(Protocol):
    """What stands under a unit that was entered twice."""

    def dossiers(self, subject_id: str) -> list[OwnDossier]:
        """Every dossier about it, newest year first."""

    def results(self, subject_id: str) -> int:
        """How many rows of the ledger are about it."""
