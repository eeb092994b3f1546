"""What is typed into the forms for more time: which date, for whom, until when, why. Nothing typed is ever lost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from web.access import actor
from web.context import today
from web.formatting import day
from web.forms.typed import UnreadableError, read_day, read_text
from web.words import say
from web.years.whom import choices, fits, name_of, search
from workflow.domain.calendars import day_end, last_day
from workflow.domain.deadlines import Scope
from workflow.queries.communes import COMMUNE_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workflow.domain.books import Request
    from workflow.domain.kinds import DossierKind


@dataclass(frozen=True, slots=True)
class Wish:
    """A form for more time as typed, and what was read of it. ``errors`` by field: sentences.

    ``date``: "kind:code"; ``whom``: an organisation's id once it is known; ``choices``: several of that name.
    """

    date: str = ""
    scope: str = ""
    name: str = ""
    whom: str = ""
    until: str = ""
    reason: str = ""
    request: str = ""
    end: datetime | None = None
    choices: tuple[tuple[str, str, str], ...] = ()
    errors: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def kind_code(self) -> str:
        """The kind of the date."""
        return self.date.partition(":")[0]

    @property
    def code(self) -> str:
        """The date's code within its kind."""
        return self.date.partition(":")[2]

    @property
    def problems(self) -> list[dict[str, str]]:
        """For the error summary: each sentence with its field."""
        return [{"sentence": words, "target": name} for name, all_of in self.errors.items() for words in all_of]

    def failed(self, name: str, words: str) -> Wish:
        """The same with one more thing to mend."""
        return replace(self, errors={**self.errors, name: [*self.errors.get(name, []), words]})


def wish_typed(form: Mapping[str, str]) -> Wish:
    """The form as it was sent, unread."""
    return Wish(
        date=form.get("moc", "").strip(),
        scope=form.get("pham-vi", "").strip(),
        name=form.get("noi", "").strip(),
        whom=form.get("noi-id", "").strip(),
        until=form.get("den", "").strip(),
        reason=form.get("ly-do", ""),
        request=form.get("de-nghi", "").strip(),
    )


def wish_of(request: Request) -> Wish:
    """The form filled with what was asked for."""
    facts = request.facts
    return Wish(
        date=f"{facts['kind']}:{facts['deadline']}",
        scope=(Scope.COMMUNE if request.subject_id == request.commune_id else Scope.SUBJECT).value,
        name=name_of(request.subject_id),
        whom=request.subject_id,
        until=day(last_day(datetime.fromisoformat(str(facts["until"])))),
        request=request.id,
    )


def read_wish(wish: Wish, dates: Mapping[str, str], kinds: tuple[DossierKind, ...], *, scoped: bool) -> Wish:
    """The wish with what could be read, and a sentence at every field that could not. ``scoped``: it names a scope."""
    if wish.date not in dates:
        wish = wish.failed("moc", say("year.date_missing"))
    if scoped:
        wish = _whom(wish, kinds)
    wish = _until(wish)
    try:
        wish = replace(wish, reason=read_text(wish.reason))
    except UnreadableError as error:
        return wish.failed("ly-do", say(error.code, **error.facts))
    return wish if wish.reason else wish.failed("ly-do", say("year.reason_missing"))


def _until(wish: Wish) -> Wish:
    if not wish.until:
        return wish.failed("den", say("year.until_missing"))
    try:
        last = date.fromisoformat(read_day(wish.until))
    except UnreadableError as error:
        return wish.failed("den", say(error.code, **error.facts))
    if last < today():
        return wish.failed("den", say("year.until_past", today=today()))
    return replace(wish, end=day_end(last), until=day(last))


def _whom(wish: Wish, kinds: tuple[DossierKind, ...]) -> Wish:
    if wish.scope not in tuple(Scope):
        return wish.failed("pham-vi", say("year.scope_missing"))
    if wish.scope == Scope.PROVINCE:
        return replace(wish, whom=actor().province_id, name="")
    known = fits(wish.whom, wish.name)
    if known:
        return replace(wish, name=known)
    return _looked_up(wish, kinds) if wish.name else wish.failed("noi", say("year.whom_missing"))


def _looked_up(wish: Wish, kinds: tuple[DossierKind, ...]) -> Wish:
    """The wish with the one organisation of that name; several are offered to choose from."""
    subjects = {code for kind in kinds for code in (*kind.subject_kinds, *kind.own_subject_kinds)}
    found = search(wish.name, COMMUNE_KINDS if wish.scope == Scope.COMMUNE else subjects)
    if not found:
        return replace(wish, whom="").failed("noi", say("year.whom_unknown", text=wish.name))
    if len(found) > 1:
        several = replace(wish, whom="", choices=choices(found))
        return several.failed("noi", say("year.whom_several", count=len(found), text=wish.name))
    return replace(wish, whom=found[0].id, name=found[0].name)
