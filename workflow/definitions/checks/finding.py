"""A finding: something wrong, or worth a signature, in a definition; and the waivers that sign for it.

Its sentence stands under ``check.<code>`` in ``dossier_schemas/messages``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from workflow.domain.errors import DefinitionInvalid


class Severity(StrEnum):
    """An error keeps a definition from being used; a warning is said and may be signed for."""

    ERROR = "error"
    WARNING = "warning"


WARNINGS = frozenset({"act_paper_unasked", "criteria_unused", "label_doubled", "short_slack", "stage_unused"})
SIGNABLE = WARNINGS | {"dates_out_of_order"}
"""What a kind may sign for by a waiver: what only looks wrong, and dates that a plan has set against each other."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A signature under one finding: why it stands, where the reason is written, and who approved it."""

    finding: str
    about: str
    reason: str
    source: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found. ``about`` names the place, always spelt the same: a state, ``trigger:from>to``, ``a<b``.

    ``facts`` are plain values for the sentence; labels are the definition's own words.
    """

    code: str
    about: str
    facts: Mapping[str, object] = field(default_factory=dict)
    waived_by: Waiver | None = None

    @property
    def severity(self) -> Severity:
        """How grave it is; the same for every finding of this code."""
        return Severity.WARNING if self.code in WARNINGS else Severity.ERROR

    @property
    def message(self) -> str:
        """Key of the sentence that says it."""
        return f"check.{self.code}"

    @property
    def stands(self) -> bool:
        """Nobody has signed for it."""
        return self.waived_by is None

    @property
    def refuses(self) -> bool:
        """It keeps the definition from being used."""
        return self.stands and self.severity is Severity.ERROR


class KindInvalid(DefinitionInvalid):
    """A kind that may not be loaded or published; ``findings`` are all that stand against it."""

    code = "kind_invalid"

    def __init__(self, findings: Iterable[Finding], **facts: object) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__(self.findings, **facts)


def found(code: str, about: str, /, **facts: object) -> Finding:
    """A finding with its facts."""
    return Finding(code, about, facts)


def signed(findings: Iterable[Finding], waivers: Iterable[Mapping[str, str]]) -> tuple[Finding, ...]:
    """The findings, each once, with the waivers that sign for them.

    A waiver that signs for nothing, or for what cannot be signed for, is a finding itself.
    """
    given = [Waiver(**waiver) for waiver in waivers]
    unique = {(item.code, item.about): item for item in reversed(list(findings))}
    result: list[Finding] = []
    for key, item in reversed(unique.items()):
        mine = next((w for w in given if (w.finding, w.about) == key and w.finding in SIGNABLE), None)
        result.append(replace(item, waived_by=mine))
    for waiver in given:
        facts = {"finding": waiver.finding, "about": waiver.about}
        if waiver.finding not in SIGNABLE:
            result.append(found("waiver_refused", f"{waiver.finding}:{waiver.about}", **facts))
        elif (waiver.finding, waiver.about) not in unique:
            result.append(found("waiver_unused", f"{waiver.finding}:{waiver.about}", **facts))
    return tuple(result)
