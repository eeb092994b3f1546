"""One dossier of a list in words: what is to be done with it, where it stands, with whom since when, until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.access import actor
from web.context import house
from web.dossier.turns import Mark
from web.formatting import day, day_short, until_short
from web.lists.places import dossier_url
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.calendars import local_day
from workflow.domain.kinds import ENDED, Meaning
from workflow.domain.turn import stage_at_work

if TYPE_CHECKING:
    from datetime import datetime

    from web.lists.present import Present
    from workflow.domain.kinds import DossierKind, State, Transition
    from workflow.queries.worklist import WorkItem
    from workflow.services.outlook import Outlook

SHAPES = {
    Meaning.DRAFT: "draft",
    Meaning.OPEN: "half",
    Meaning.RETURNED: "back",
    Meaning.POSITIVE: "star",
    Meaning.NEGATIVE: "no",
    Meaning.VOID: "void",
}


@dataclass(frozen=True, slots=True)
class StagePlace:
    """Where on its road a dossier is: the stage at work, counted from 1."""

    at: int
    total: int
    text: str


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One line of a worklist as ``macros/lists.html`` draws it. At most two marks: of the date, of the state."""

    url: str
    title: str
    until: str = ""
    mark: Mark | None = None
    state: Mark | None = None
    stage: StagePlace | None = None
    meta: tuple[str, ...] = ()
    strong: str = ""
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of the list of all dossiers. ``plain``: its state is said in words only, no mark is needed."""

    url: str
    subject: str
    hint: str
    commune: str
    stage: StagePlace | None
    state: Mark
    plain: bool
    holder: str
    since: str
    until: str
    mark: Mark | None
    ended: str


def kind_of(item: WorkItem) -> DossierKind:
    """The version of the kind a dossier of a list follows."""
    return house().catalogue.version(item.kind, item.kind_version)


def state_of(item: WorkItem) -> State:
    """The state it stands in."""
    return kind_of(item).state(item.state)


def next_step(item: WorkItem) -> Transition | None:
    """The step of the straight path that leads on from where it stands."""
    onward = (t for t in kind_of(item).from_state(item.state) if t.forward and t.applies.to(own=item.own))
    return next((t for t in onward if not t.is_system), None)


def stage_place(item: WorkItem) -> StagePlace | None:
    """The stage at work; None for a returned dossier, whose place only its own page can tell."""
    if state_of(item).meaning is Meaning.RETURNED:
        return None
    kind = kind_of(item)
    code = stage_at_work(kind, kind.state(item.state), own=item.own) or item.stage
    codes = [stage.code for stage in kind.stages]
    if code not in codes:
        return None
    at = codes.index(code) + 1
    text = say("work.stage", at=at, total=len(codes), stage=kind.stage_of(code).label)
    return StagePlace(at, len(codes), text)


def state_mark(item: WorkItem) -> Mark:
    """The state by shape and word; a hold goes before it."""
    if item.on_hold:
        return Mark("hold", say("work.on_hold"))
    state = state_of(item)
    return Mark(SHAPES[state.meaning], state.label)


def holder_words(role: Role | None) -> str:
    """Whoever holds it, by role; nothing for an ended dossier."""
    return "" if role is None else house().wording.speak(role)


def task_row(item: WorkItem, now: Present, outlook: Outlook | None = None, due: datetime | None = None) -> WorkRow:
    """A dossier that waits for the reader: the step is the title. ``due``: a date of the plan, where no clock runs."""
    step = next_step(item)
    state = state_of(item)
    returned = state.meaning is Meaning.RETURNED
    others = step is not None and actor().role not in step.recorders_on(own=item.own)
    done = state.label if step is None or returned or others else step.label
    end = item.due or due
    if others and step is not None:
        strong = say("work.of_others", step=step.label, who=house().wording.speak(step.authorities[0]))
    else:
        strong = missing_words(outlook)
    return WorkRow(
        url=dossier_url(item.id),
        title=say("work.task", step=done, subject=item.called),
        until=until_short(end, now.today) if end is not None else "",
        mark=now.mark(end),
        state=state_mark(item) if item.on_hold or returned else None,
        stage=stage_place(item),
        meta=(kind_of(item).called(item.origin_id), *_since(item, now)),
        strong=strong,
    )


def waiting_row(item: WorkItem, now: Present, *, commune: bool = False) -> WorkRow:
    """A dossier that waits for somebody else: the subject is the title."""
    place = (item.commune_name,) if commune and not item.own else ()
    state = state_mark(item)
    plain = state.kind == SHAPES[Meaning.OPEN]
    return WorkRow(
        url=dossier_url(item.id),
        title=item.called,
        until=until_short(item.due, now.today) if item.due is not None else "",
        mark=now.mark(item.due),
        state=None if plain else state,
        stage=stage_place(item),
        meta=(
            *place,
            *((state.text,) if plain else ()),
            kind_of(item).called(item.origin_id),
            *_since(item, now, held=True),
        ),
    )


def ended_row(item: WorkItem, *, commune: bool = False) -> WorkRow:
    """A dossier that came to its end."""
    place = (item.commune_name,) if commune and not item.own else ()
    return WorkRow(
        url=dossier_url(item.id),
        title=item.called,
        until=say("work.ended", day=day(item.updated_at)),
        state=state_mark(item),
        meta=(*place, kind_of(item).called(item.origin_id), say("work.number", number=item.number)),
    )


def register_row(item: WorkItem, now: Present) -> RegisterRow:
    """A dossier of the list of all: open or ended, whoever holds it."""
    ended = state_of(item).meaning in ENDED
    holder = holder_words(item.holder)
    return RegisterRow(
        url=dossier_url(item.id),
        subject=item.called,
        hint=say("register.hint", kind=kind_of(item).called(item.origin_id), cycle=item.cycle, number=item.number),
        commune=item.commune_name,
        stage=None if ended else stage_place(item),
        state=state_mark(item),
        plain=state_mark(item).kind == SHAPES[Meaning.OPEN],
        holder=holder[:1].upper() + holder[1:],
        since=say("register.since", day=day_near(item.holder_since, now)) if item.holder_since and item.holder else "",
        until=until_short(item.due, now.today) if item.due is not None else "",
        mark=now.mark(item.due),
        ended=day(item.updated_at) if ended else "",
    )


def missing_words(outlook: Outlook | None) -> str:
    """How many conditions the next step still lacks; that nothing is missing is worth saying too."""
    if outlook is None or outlook.step is None:
        return ""
    if not outlook.missing:
        return say("work.ready")
    return say("work.missing", count=len(outlook.missing))


def _since(item: WorkItem, now: Present, *, held: bool = False) -> tuple[str, ...]:
    if item.holder_since is None or item.holder is None:
        return ()
    return (say("work.held_since" if held else "work.turn_since", day=day_near(item.holder_since, now)),)


def day_near(of: datetime, now: Present) -> str:
    """A day by day and month, with its year when it is another than this one."""
    return day_short(of) if local_day(of).year == now.today.year else day(of)
