"""Awards as values: forms and who decides on them, rounds, quotas, and the conditions of a proposal (law.md, Kinds
khen_thuong_*). What the conditions amount to for one proposal is ``domain.award_table``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from workflow.domain.actors import Role


@dataclass(frozen=True, slots=True)
class AwardForm:
    """A form of award: its level, who allots its quota and opens its rounds, who proposes, appraises and decides.

    ``level`` is "commune" or "province": which way a proposal goes. ``blocks``: a list beyond quota is refused, else
    it is only said (001:283). ``until``: the last day on which a round of it may be open; None: no end is known.
    """

    code: str
    label: str
    level: str
    allots: Role
    blocks: bool
    proposer: str
    appraiser: str
    decider: str
    until: date | None = None
    source: str = ""
    verified: bool = False

    def ended_on(self, day: date) -> bool:
        """Whether the form no longer exists on that day."""
        return self.until is not None and self.until < day


class Asked(StrEnum):
    """Of which proposals a condition is asked: of all, of those of the year's end, or of unexpected ones."""

    ALWAYS = "always"
    YEAR_END = "year_end"
    SPECIAL = "special"

    def of(self, *, special: bool) -> bool:
        """Whether it is asked of a proposal that is (not) unexpected."""
        return self is Asked.ALWAYS or (self is Asked.SPECIAL) == special


@dataclass(frozen=True, slots=True)
class WantedResult:
    """A result that the ledger must hold: one of ``any_of`` in ``kind`` for the year of the award.

    ``of``: "subject", or "unit" for the unit that the candidate belongs to. ``label`` names the programme, ``wanted``
    the result, both in words.
    """

    kind: str
    any_of: tuple[str, ...]
    label: str
    wanted: str
    of: str = "subject"


@dataclass(frozen=True, slots=True)
class Condition:
    """One row of the table of conditions: asked of the candidates that ``when`` picks out (field -> values).

    It may ask for a result of the ledger (``result``), for a field of the report that must not be empty (``field``),
    for an attestation (``attested``), or for several of these. ``noted``: it is only said with the step.
    """

    row: str
    label: str
    source: str
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    asked: Asked = Asked.ALWAYS
    result: WantedResult | None = None
    field: str = ""
    attested: bool = False
    noted: bool = False

    @property
    def type(self) -> str:
        """Data (the system can decide), attestation (a body must attest), both, or note."""
        if self.noted:
            return "note"
        by_data = self.result is not None or bool(self.field)
        return ("both" if self.attested else "data") if by_data else "attestation"

    def concerns(self, said: Mapping[str, object], *, special: bool) -> bool:
        """Whether it is asked of a candidate of whom this is said."""
        return self.asked.of(special=special) and all(said.get(field) in values for field, values in self.when)


@dataclass(frozen=True, slots=True)
class Preference:
    """What is looked at first among equals; it is shown and never decides (001:290): a field and its values."""

    code: str
    label: str
    field: str
    any_of: tuple[str, ...]
    source: str = ""

    def holds(self, said: Mapping[str, object]) -> bool:
        """Whether a candidate of whom this is said is among them."""
        return said.get(self.field) in self.any_of


@dataclass(frozen=True, slots=True)
class AwardRules:
    """What a kind of award adds to a kind: its forms, the table of conditions, the preferences, how many sets."""

    forms: tuple[AwardForm, ...]
    conditions: tuple[Condition, ...]
    preferences: tuple[Preference, ...] = ()
    sets: int = 1
    sets_source: str = ""

    def form(self, code: str) -> AwardForm | None:
        """The form of that code, or None."""
        return next((form for form in self.forms if form.code == code), None)

    def spoken(self) -> frozenset[str]:
        """Fields of a report that conditions and preferences read the value of."""
        fields = {field for row in self.conditions for field, _ in row.when}
        return frozenset(fields | {item.field for item in self.preferences})

    def needed(self) -> frozenset[str]:
        """Fields of a report of which only matters that they are filled in."""
        return frozenset(row.field for row in self.conditions if row.field)


@dataclass(frozen=True, slots=True)
class AwardRound:
    """A round of one form in one year: whose it is, whether it is open. Every proposal belongs to exactly one.

    ``organisation_id`` is the commune for a form that communes decide on, else the province. ``special``: an
    unexpected proposal, which is a round of its own; it is never closed.
    """

    id: str
    province_id: str
    form: str
    cycle: int
    organisation_id: str
    opened_at: datetime
    special: bool = False
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """How many awards of a form an organisation (a unit, a commune) may propose in a year's end round."""

    province_id: str
    form: str
    cycle: int
    organisation_id: str
    number: int


@dataclass(frozen=True, slots=True)
class QuotaFact:
    """A quota that a proposal counts against: how many were used before it, how many are asked for with it."""

    organisation: str
    number: int
    used: int
    asked: int = 1

    @property
    def is_spent(self) -> bool:
        """Whether what is asked for would go beyond it."""
        return self.used + self.asked > self.number


@dataclass(frozen=True, slots=True)
class AwardFact:
    """An award that the subject has in the year. ``achievement``: what it was for; "" where the ledger does not say."""

    label: str
    number: str
    decided_on: date | None
    achievement: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal as the lists of a round count it: where its candidate belongs, and how far it has come."""

    dossier_id: str
    number: str
    kind: str
    state: str
    subject_id: str
    parent_id: str | None
    commune_id: str
    special: bool = False

    @property
    def places(self) -> frozenset[str]:
        """Every organisation whose quota it counts against."""
        return frozenset(one for one in (self.subject_id, self.parent_id, self.commune_id) if one)
