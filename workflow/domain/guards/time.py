"""In time, and not on hold. What "in time" means is ``domain.deadlines``; here it only becomes a refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from workflow.domain.actors import PROVINCE_ROLES, Role
from workflow.domain.deadlines import Face, Verdict, judge, resolve
from workflow.domain.dossier import Dossier
from workflow.domain.guards.attempt import Attempt, Books
from workflow.domain.kinds import DossierKind
from workflow.domain.refusal import Refusal


def verdict_of(attempt: Attempt) -> Verdict | None:
    """How the transition's deadline judges this instant, or None when it has no deadline in this cycle."""
    code = attempt.transition.deadline
    if code is None or code_for(attempt.books, code) not in attempt.books.deadlines:
        return None
    dossier = attempt.dossier
    return verdict_for(
        attempt.books,
        code,
        subject_id=dossier.subject_id,
        commune_id=dossier.commune_id,
        province_id=dossier.province_id,
        at=attempt.at,
    )


def verdict_for(
    books: Books, code: str, *, subject_id: str, commune_id: str, province_id: str, at: datetime
) -> Verdict:
    """How the province's date ``code``, or the one that holds in its place, looks at a subject, grants included."""
    code = code_for(books, code)
    deadline = resolve(books.deadlines, code, books.grants, commune_id=commune_id, province_id=province_id, at=at)
    return judge(deadline, books.grants, subject_id=subject_id, commune_id=commune_id, province_id=province_id, at=at)


def code_for(books: Books, code: str) -> str:
    """The date that holds for the subject of these books: ``code``, or the one in its place."""
    return books.instead.get(code, code)


def in_time(attempt: Attempt) -> Iterator[Refusal]:
    """The step's window is open: it has opened and has not closed (late is accepted and flagged)."""
    if attempt.transition.deadline is not None:
        yield from window(attempt.kind, attempt.dossier, attempt.books, attempt.transition.deadline, attempt.at)


def window(kind: DossierKind, dossier: Dossier, books: Books, code: str, at: datetime) -> Iterator[Refusal]:
    """Why the date ``code`` does not let this dossier pass at this instant, if it does not."""
    code = code_for(books, code)
    rule = kind.deadlines[code]
    if books.cycle_opened_at is None:
        yield Refusal(
            "guard.cycle_not_open",
            {"cycle": dossier.cycle, "deadline": rule.label},
            cleared_by=Role.PROVINCE_POLICE,
            source=rule.source,
        )
        return
    if code not in books.deadlines:
        return
    verdict = verdict_for(
        books,
        code,
        subject_id=dossier.subject_id,
        commune_id=dossier.commune_id,
        province_id=dossier.province_id,
        at=at,
    )
    if verdict.face is Face.NOT_OPEN:
        yield Refusal(
            "guard.not_open",
            {"deadline": rule.label, "opens": verdict.opens, "words": rule.words},
            until=verdict.opens,
            source=rule.source,
        )
    elif verdict.face is Face.CLOSED:
        yield Refusal(
            "guard.closed",
            {"deadline": rule.label, "closes": verdict.closes, "words": rule.words},
            cleared_by=Role.PROVINCE_POLICE,
            source=rule.source,
        )


def not_on_hold(attempt: Attempt) -> Iterator[Refusal]:
    """A hold refuses every move but returns, withdraw, decline and cancel (law.md, Returns)."""
    hold = attempt.dossier.hold
    if hold is not None and not attempt.transition.while_held:
        yield Refusal(
            "guard.on_hold",
            {"since": hold.at, "role": hold.role},
            cleared_by=hold.role,
            source="nd-152-2025#4.4",
        )


def cycle_open(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The cycle is not closed, or the dossier once reached the province: those go on to their decision."""
    if attempt.books.cycle_closed_at is not None and not was_submitted(attempt.kind, attempt.dossier):
        yield Refusal(
            "guard.cycle_closed",
            {"cycle": attempt.dossier.cycle, "closed": attempt.books.cycle_closed_at},
            source=str(params.get("source", "hoso#cycle")),
        )


def cycle_ended(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The cycle is closed: nothing lapses before (law.md, state ``lapsed``)."""
    if attempt.books.cycle_closed_at is None:
        yield Refusal(
            "guard.cycle_still_open",
            {"cycle": attempt.dossier.cycle},
            cleared_by=Role.PROVINCE_POLICE,
            source=str(params.get("source", "hoso#cycle")),
        )


def never_submitted(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The dossier never reached the province (law.md: only those lapse when the cycle closes)."""
    if was_submitted(attempt.kind, attempt.dossier):
        yield Refusal("guard.was_submitted", source=str(params.get("source", "")))


def was_submitted(kind: DossierKind, dossier: Dossier) -> bool:
    """Whether the dossier was ever in a state that a role of the province holds."""
    return any(kind.state(code).holder in PROVINCE_ROLES for code in dossier.visited if code in kind.states)
