"""The form of an earlier result: whose, which, by which decision. Nothing typed is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from web.context import today
from web.forms.typed import UnreadableError, read_day, read_text
from web.results.kinds import enterable, subject_kinds
from web.words import say
from web.years.whom import Choice, choices, fits, search
from workflow.services.ledger import ResultInput

if TYPE_CHECKING:
    from collections.abc import Mapping

_YEAR = re.compile(r"(19|20)\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as typed; ``errors`` by field; ``read`` once everything could be read."""

    name: str = ""
    whom: str = ""
    what: str = ""
    cycle: str = ""
    number: str = ""
    day: str = ""
    authority: str = ""
    paper: str = ""
    choices: tuple[Choice, ...] = ()
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    read: ResultInput | None = None

    @property
    def problems(self) -> list[dict[str, str]]:
        """For the error summary: each sentence with its field."""
        return [{"sentence": words, "target": name} for name, all_of in self.errors.items() for words in all_of]

    def failed(self, name: str, words: str) -> Typed:
        """The same with one more thing to mend."""
        return replace(self, errors={**self.errors, name: [*self.errors.get(name, []), words]}, read=None)


def typed_from(form: Mapping[str, str]) -> Typed:
    """The form as it was sent, unread."""
    return Typed(
        name=form.get("noi", "").strip(),
        whom=form.get("noi-id", "").strip(),
        what=form.get("ket-qua", "").strip(),
        cycle=form.get("nam", "").strip(),
        number=form.get("so", "").strip(),
        day=form.get("ngay", "").strip(),
        authority=form.get("co-quan", "").strip(),
        paper=form.get("tep", "").strip(),
    )


def read_result(typed: Typed) -> Typed:
    """The form with what could be read, and a sentence at every field that could not."""
    typed = _whom(typed)
    if typed.what not in enterable():
        typed = typed.failed("ket-qua", say("ledger.enter.result_missing"))
    if not _YEAR.fullmatch(typed.cycle):
        typed = typed.failed("nam", say("ledger.enter.cycle_missing"))
    typed = _text(typed, "number", "so", "ledger.enter.number_missing")
    typed, decided = _day(typed)
    typed = _text(typed, "authority", "co-quan", "ledger.enter.authority_missing")
    if typed.errors or decided is None:
        return typed
    kind, result, label, _ = enterable()[typed.what]
    return replace(
        typed,
        read=ResultInput(
            subject_id=typed.whom,
            kind=kind,
            cycle=int(typed.cycle),
            result=result,
            label=label,
            number=typed.number,
            decided_on=decided,
            authority=typed.authority,
            paper_digest=typed.paper or None,
        ),
    )


def _text(typed: Typed, name: str, sent: str, missing: str) -> Typed:
    try:
        words = read_text(getattr(typed, name))
    except UnreadableError as error:
        return typed.failed(sent, say(error.code, **error.facts))
    read: dict[str, Any] = {name: words}
    return replace(typed, **read) if words else typed.failed(sent, say(missing))


def _day(typed: Typed) -> tuple[Typed, date | None]:
    if not typed.day:
        return typed.failed("ngay", say("ledger.enter.day_missing")), None
    try:
        decided = date.fromisoformat(read_day(typed.day))
    except UnreadableError as error:
        return typed.failed("ngay", say(error.code, **error.facts)), None
    if decided > today():
        return typed.failed("ngay", say("ledger.enter.day_future", today=today())), None
    return typed, decided


def _whom(typed: Typed) -> Typed:
    known = fits(typed.whom, typed.name)
    if known:
        return replace(typed, name=known)
    if not typed.name:
        return replace(typed, whom="").failed("noi", say("ledger.enter.whom_missing"))
    found = search(typed.name, {code for code, _ in subject_kinds()})
    if not found:
        return replace(typed, whom="").failed("noi", say("ledger.enter.whom_unknown", text=typed.name))
    if len(found) > 1:
        words = say("ledger.enter.whom_several", count=len(found), text=typed.name)
        return replace(typed, whom="", choices=choices(found)).failed("noi", words)
    return replace(typed, whom=found[0].id, name=found[0].name)
