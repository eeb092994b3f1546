"""A small kind of dossier, built by hand: enough states, meanings and holders for tests of the engine's floors."""

from __future__ import annotations

from datetime import date

from workflow.domain.actors import Role
from workflow.domain.calendars import WorkingCalendar
from workflow.domain.kinds import DossierKind, Effect, Meaning, Stage, State, Transition

CALENDAR = WorkingCalendar({date(2026, 1, 1): "Tết Dương lịch"}, {}, frozenset())


def _move(trigger: str, source: str, target: str, role: Role, *effects: Effect) -> Transition:
    return Transition(
        id=f"{trigger}:{source}:{target}",
        trigger=trigger,
        source=source,
        target=target,
        label=trigger,
        done_label=trigger,
        authorities=(role,),
        recorders=frozenset({role}),
        effects=effects,
    )


def small_kind(code: str = "small", *, version: int = 1, abbreviation: str = "SM") -> DossierKind:
    """draft -> registered -> appraised -> recognized, with declined (negative), withdrawn (void) and a return."""
    states = (
        State("draft", "draft", Meaning.DRAFT, "first", Role.UNIT),
        State("registered", "registered", Meaning.OPEN, "first", Role.COMMUNE_POLICE, working_days=5),
        State("returned", "returned", Meaning.RETURNED, None, Role.UNIT),
        State("appraised", "appraised", Meaning.OPEN, "second", Role.PROVINCE_POLICE, working_days=7),
        State("recognized", "recognized", Meaning.POSITIVE, "second"),
        State("declined", "declined", Meaning.NEGATIVE, "second"),
        State("withdrawn", "withdrawn", Meaning.VOID, "first"),
    )
    return DossierKind(
        code=code,
        version=version,
        label=code,
        short_label=code,
        abbreviation=abbreviation,
        initial="draft",
        subject_kinds=("co_quan",),
        own_subject_kinds=(),
        opened_by=(Role.UNIT,),
        stages=(Stage("first", "first"), Stage("second", "second")),
        states={state.code: state for state in states},
        transitions=(
            _move("register", "draft", "registered", Role.UNIT, Effect.PIN_KIND),
            _move("return", "registered", "returned", Role.COMMUNE_POLICE, Effect.OPEN_RETURN),
            _move("resubmit", "returned", "registered", Role.UNIT, Effect.CLOSE_RETURN),
            _move("submit", "registered", "appraised", Role.COMMUNE_POLICE),
            _move("recognize", "appraised", "recognized", Role.PROVINCE_POLICE, Effect.ENTER_LEDGER),
            _move("decline", "appraised", "declined", Role.PROVINCE_POLICE),
            _move("withdraw", "registered", "withdrawn", Role.UNIT),
            _move("reopen", "withdrawn", "registered", Role.COMMUNE_POLICE),
        ),
        attachments={},
        deadlines={},
    )
