"""What each named guard takes: its parameters, what they must name, and whether it must cite a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class GuardForm:
    """Parameters by name with what they are: ``paper`` (any), ``act_paper`` (comes with the very act), ``scored``
    (a score sheet), ``text`` (anything). ``cites``: its refusal has no other source than the guard's own.
    """

    needs: Mapping[str, str] = field(default_factory=dict)
    takes: Mapping[str, str] = field(default_factory=dict)
    cites: bool = False

    @property
    def papers(self) -> frozenset[str]:
        """Names of the parameters that name a paper."""
        every = {**self.needs, **self.takes}
        return frozenset(name for name, what in every.items() if what != "text")


FORMS: Mapping[str, GuardForm] = {
    "before_first": GuardForm({"paper": "paper"}),
    "cycle_ended": GuardForm(),
    "cycle_open": GuardForm(),
    "ledger_result": GuardForm(
        {"kind": "text", "any_of": "text", "label": "text", "wanted": "text"}, {"year": "text"}, cites=True
    ),
    "listed": GuardForm({"paper": "act_paper"}, {"rows": "text"}),
    "mended": GuardForm(),
    "minutes_valid": GuardForm({"paper": "act_paper"}, cites=True),
    "never_submitted": GuardForm(cites=True),
    "no_open_finding": GuardForm(cites=True),
    "not_standing": GuardForm(takes={"kind": "text"}, cites=True),
    "only_dossier": GuardForm(),
    "opinion_stands": GuardForm({"paper": "paper", "conclusion": "text"}),
    "paper_date": GuardForm({"paper": "act_paper"}, {"not_before": "paper"}),
    "quotes": GuardForm({"paper": "paper", "of": "paper"}),
    "result_is": GuardForm({"any_of": "text", "wanted": "text"}, cites=True),
    "result_matches": GuardForm({"paper": "act_paper"}),
    "scored": GuardForm({"paper": "scored"}, {"meets": "text"}),
}
"""One entry for each of ``domain.guards.NAMED_GUARDS``; a test holds the two equal."""
