"""Documents of a story: the default of each paper, with what the moment knows put in, and what the step puts over it.

In a default, a text beginning with ``$`` stands for a value: ``$date`` the day of the step, ``$dossier`` the number,
``$cycle``, ``$subject_kind``, ``$choice`` what is being decided, ``$criteria`` the criteria set, ``$rows`` full marks
with evidence, ``$assessed`` full marks as an office gives them, ``$version:<paper>`` the newest version of a paper,
``$for`` and ``$against`` the votes of eight members present: seven to one where the choice needs the majority, else two
to six.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflow.domain.criteria import CriteriaSet
from workflow.domain.dossier import Dossier

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """What a document can know of the moment it is written in. ``scores`` and ``reasons`` are by criterion."""

    dossier: Dossier
    day: date
    choice: str | None = None
    criteria: CriteriaSet | None = None
    scores: Mapping[str, object] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    evidence: bool = True
    carried: bool = True

    def value(self, word: str) -> object:
        """What a ``$`` word stands for. KeyError for a word nobody knows."""
        if word.startswith("$version:"):
            return len(self.dossier.versions(word.partition(":")[2]))
        known: dict[str, object] = {
            "$date": self.day.isoformat(),
            "$dossier": self.dossier.number,
            "$cycle": self.dossier.cycle,
            "$subject_kind": self.dossier.subject_kind,
            "$choice": self.choice or "",
            "$criteria": self.criteria.key if self.criteria is not None else "",
            "$for": 7 if self.carried else 2,
            "$against": 1 if self.carried else 6,
            "$rows": self._rows(evidence=self.evidence),
            "$assessed": self._rows(evidence=False),
        }
        return known[word]

    def _rows(self, *, evidence: bool) -> list[Document]:
        rows: list[Document] = []
        for criterion in self.criteria.criteria if self.criteria is not None else ():
            full = True if criterion.counts_met else float(criterion.maximum or 0)
            score = self.scores.get(criterion.code, full)
            if score is None:
                continue
            row: Document = {"criterion": criterion.code, "met" if criterion.counts_met else "points": score}
            if evidence:
                row["evidence"] = [{"label": criterion.label, "date": self.day.isoformat(), "kind": "document"}]
            if criterion.code in self.reasons:
                row["reason"] = self.reasons[criterion.code]
            rows.append(row)
        return rows


def document_of(default: Mapping[str, Any], over: Mapping[str, Any], moment: Moment) -> Document:
    """The default with its words replaced and the step's fields put over it; ``null`` leaves a field out."""
    merged = {**default, **over}
    return {name: _filled(value, moment) for name, value in merged.items() if value is not None}


def _filled(value: object, moment: Moment) -> object:
    if isinstance(value, str) and value.startswith("$"):
        return moment.value(value)
    if isinstance(value, Mapping):
        return {name: _filled(inner, moment) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, moment) for inner in value]
    return value
