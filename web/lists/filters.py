"""What a list is narrowed to: offered in a form, said in words, and taken back one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import request

from web.access import actor
from web.context import house
from web.words import say
from workflow.domain.actors import OFFICER_ROLES, PROVINCE_ROLES
from workflow.domain.kinds import Meaning
from workflow.domain.step_clock import LatenessKind
from workflow.domain.turn import stage_at_work
from workflow.queries.communes import Commune, communes_of
from workflow.queries.filters import Filters
from workflow.queries.worklist import HOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from web.lists.present import Present
    from workflow.domain.kinds import DossierKind

RETURNED = ":returned"
"""Instead of a stage: whatever was sent back to be mended, wherever it stands."""

_SAID = ("text", "kind", "stage", "state", "commune", "holder", "cycle", "lateness")


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a list is narrowed to, in words, and the filters without it."""

    name: str
    words: str
    without: Filters


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form of a list offers: (value, words) for each of its selects; empty where there is no choice."""

    kinds: tuple[tuple[str, str], ...]
    stages: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    communes: tuple[tuple[str, str], ...]
    holders: tuple[tuple[str, str], ...]
    lateness: tuple[tuple[str, str], ...]
    cycles: tuple[tuple[str, str], ...]


def asked() -> Filters:
    """The filters of this request's address. Raises InvalidInput ``filter_invalid``."""
    return Filters.from_query(request.args)


def split_stage(filters: Filters) -> tuple[Filters, frozenset[str] | None]:
    """The filters for the query, and the states that the stage at work means: a stage is what is being worked on."""
    if filters.stage is None:
        return filters, None
    kinds = [kind for kind in house().catalogue.kinds() if filters.kind in {None, kind.code}]
    return replace(filters, stage=None), frozenset(_states_at(kinds, filters.stage))


def _states_at(kinds: Iterable[DossierKind], stage: str) -> Iterable[str]:
    for kind in kinds:
        for code, state in kind.states.items():
            returned = state.meaning is Meaning.RETURNED
            at = RETURNED if returned else stage_at_work(kind, state)
            if at == stage:
                yield code


def conditions(filters: Filters, communes: Mapping[str, str]) -> tuple[Condition, ...]:
    """What the filters narrow to, in the order they are said; ``communes``: names by id."""
    words = {
        "kind": lambda: _labels_of_kinds().get(filters.kind or "", filters.kind or ""),
        "stage": lambda: say("filter.stage", stage=_labels_of_stages(None).get(filters.stage or "", filters.stage)),
        "state": lambda: say("filter.state", state=_labels_of_states(None).get(filters.state or "", filters.state)),
        "commune": lambda: communes.get(filters.commune or "", filters.commune or ""),
        "holder": lambda: say("filter.holder", holder=house().wording.speak(filters.holder)),
        "lateness": lambda: say(f"filter.lateness.{filters.lateness}"),
        "cycle": lambda: say("filter.cycle", cycle=filters.cycle),
        "text": lambda: say("filter.text", text=filters.text),
    }
    plain = Filters()
    return tuple(
        Condition(name, words[name](), filters.without(name))
        for name in _SAID
        if getattr(filters, name) != getattr(plain, name)
    )


def communes_seen(now: Present) -> tuple[Commune, ...]:
    """The communes a person of the province chooses from; none for people of a commune or a unit."""
    who = actor()
    if who.role not in PROVINCE_ROLES:
        return ()
    with house().database.read() as connection:
        return communes_of(connection, who.province_id, on=now.today)


def choices(filters: Filters, communes: Iterable[Commune], now: Present) -> Choices:
    """What can be chosen under these filters; the states are those of the kind that was chosen."""
    role = actor().role
    holders = [one for one in HOLDERS if role in OFFICER_ROLES]
    years = range(now.today.year + 1, now.today.year - 5, -1)
    return Choices(
        kinds=tuple(_labels_of_kinds().items()),
        stages=tuple(_labels_of_stages(filters.kind).items()),
        states=tuple(_labels_of_states(filters.kind).items()) if filters.kind else (),
        communes=tuple((commune.id, commune.name) for commune in communes),
        holders=tuple((one.value, _capital(house().wording.speak(one))) for one in holders),
        lateness=tuple((one.value, _capital(say(f"filter.lateness.{one}"))) for one in LatenessKind),
        cycles=tuple((str(year), str(year)) for year in years),
    )


def _labels_of_kinds() -> dict[str, str]:
    return {kind.code: kind.short_label for kind in house().catalogue.kinds()}


def _labels_of_stages(kind_code: str | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in _kinds(kind_code):
        for stage in kind.stages:
            found.setdefault(stage.code, stage.label)
    return found | {RETURNED: say("filter.returned")}


def _labels_of_states(kind_code: str | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in _kinds(kind_code):
        for code, state in kind.states.items():
            found.setdefault(code, state.label)
    return found


def _kinds(code: str | None) -> list[DossierKind]:
    return [kind for kind in house().catalogue.kinds() if code in {None, kind.code}]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
