"""What each named guard takes: its parameters, what they must name, and whether it must cite a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class GuardForm:
    """Parameters by name with what they are: ``paper`` (any), ``act_paper`` (comes with the very act), ``scored``
    (a score sheet), ``text`` (anything). ``cites``: its refusal has no other source than the guard's own.
    ``newest``: it reads the paper as it was last filed, in whatever round; the step need not ask for it again.
    """

    needs: Mapping[str, str] = field(default_factory=dict)
    takes: Mapping[str, str] = field(default_factory=dict)
    cites: bool = False
    newest: bool = False

    @property
    def papers(self) -> frozenset[str]:
        """Names of the parameters that name a paper."""
        every = {**self.needs, **self.takes}
        return frozenset(name for name, what in every.items() if what != "text")


FORMS: Mapping[str, GuardForm] = {
    "all_met": GuardForm({"paper": "scored"}, cites=True, newest=True),
    "before_first": GuardForm({"paper": "paper"}, newest=True),
    "class_reached": GuardForm({"paper": "scored"}, {"below": "text"}, cites=True, newest=True),
    "conditions_met": GuardForm({"paper": "paper"}, {"attested": "paper", "rows": "text"}, newest=True),
    "cycle_ended": GuardForm(),
    "cycle_open": GuardForm(),
    "form_chosen": GuardForm(cites=True),
    "form_is": GuardForm({"any_of": "text"}, cites=True),
    "in_scope": GuardForm({"paper": "paper"}, cites=True),
    "ledger_result": GuardForm(
        {"kind": "text", "any_of": "text", "label": "text", "wanted": "text"}, {"year": "text"}, cites=True
    ),
    "listed": GuardForm({"paper": "act_paper"}, {"rows": "text"}),
    "managed_at": GuardForm({"level": "text"}, cites=True),
    "mended": GuardForm(),
    "minutes_valid": GuardForm({"paper": "act_paper"}, cites=True),
    "never_submitted": GuardForm(cites=True),
    "no_award_this_year": GuardForm(cites=True),
    "no_open_finding": GuardForm(cites=True),
    "not_rewarded": GuardForm({"paper": "paper"}, cites=True, newest=True),
    "not_standing": GuardForm(takes={"kind": "text"}, cites=True),
    "only_dossier": GuardForm(),
    "opinion_stands": GuardForm({"paper": "paper", "conclusion": "text"}),
    "paper_date": GuardForm({"paper": "act_paper"}, {"not_before": "paper"}),
    "quotes": GuardForm({"paper": "paper", "of": "paper"}),
    "result_is": GuardForm({"any_of": "text", "wanted": "text"}, cites=True),
    "result_matches": GuardForm({"paper": "act_paper"}, {"field": "text"}),
    "scored": GuardForm({"paper": "scored"}, {"meets": "text"}),
    "thresholds_confirmed": GuardForm({"paper": "scored"}, cites=True, newest=True),
    "units_recognised": GuardForm({"share": "text", "any_of": "text"}, cites=True),
    "units_registered": GuardForm({"share": "text"}, cites=True),
    "within_quota": GuardForm(cites=True),
}
"""One entry for each of ``domain.guards.NAMED_GUARDS``; a test holds the two equal."""
