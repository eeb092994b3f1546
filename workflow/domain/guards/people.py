"""Who may make a move: recorder, jurisdiction, the signed paper behind an entered step, separation of duties."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.domain.actors import COMMUNE_ROLES, PROVINCE_ROLES, Role
from workflow.domain.dossier import Dossier, Step
from workflow.domain.guards.attempt import Attempt
from workflow.domain.kinds import OFFICER, UNIT_SIDE, DossierKind, Separation
from workflow.domain.refusal import Refusal

SOURCE = "hoso#people"


def recorder(attempt: Attempt) -> Iterator[Refusal]:
    """The actor's role may enter this step, on a dossier within its jurisdiction (law.md, authority and recorder).

    Where the province is not connected, the commune police enters the province's steps from the papers received.
    """
    dossier, actor, transition = attempt.dossier, attempt.actor, attempt.transition
    if not actor.covers(subject_id=dossier.subject_id, commune_id=dossier.commune_id, province_id=dossier.province_id):
        yield Refusal("guard.out_of_scope", source=SOURCE)
        return
    if actor.role not in recorders_now(attempt):
        yield Refusal(
            "guard.role",
            {"role": actor.role, "authority": transition.authorities[0], "step": transition.label},
            cleared_by=transition.authorities[0],
            until=attempt.until,
            source=transition.citation or SOURCE,
        )


def recorders_now(attempt: Attempt) -> frozenset[Role]:
    """The roles that may enter this step now: the kind's, who stands for the unit, or for an unconnected province."""
    transition = attempt.transition
    if transition.is_system:
        return frozenset({Role.SYSTEM})
    allowed = transition.recorders_on(own=attempt.dossier.own)
    if not attempt.books.connected and any(role in PROVINCE_ROLES for role in transition.authorities):
        allowed |= {Role.COMMUNE_POLICE}
    return allowed


def signed_paper(attempt: Attempt) -> Iterator[Refusal]:
    """A recorder who is not the authority enters the step from its signed paper, with a scan.

    Said only to those who may enter the step at all: to others it would be noise.
    """
    if not attempt.is_recorded or attempt.actor.role not in recorders_now(attempt):
        return
    paper = attempt.from_paper
    missing = (
        ("number", "date", "issuer", "signer_office", "scan")
        if paper is None
        else tuple(
            name
            for name, value in (
                ("number", paper.number),
                ("date", paper.date),
                ("issuer", paper.issuer),
                ("signer_office", paper.signer_office),
                ("scan", paper.scans),
            )
            if not value
        )
    )
    if missing:
        yield Refusal(
            "guard.signed_paper",
            {"authority": attempt.authority, "missing": missing},
            cleared_by=attempt.actor.role,
            until=attempt.until,
            source=SOURCE,
        )


def separation(attempt: Attempt) -> Iterator[Refusal]:
    """One person does not make two separated steps on one dossier. Repeating one's own step is allowed."""
    transition = attempt.transition
    if attempt.actor.role is Role.SYSTEM or transition.is_return:
        return
    if attempt.dossier.self_judged and attempt.actor.role in COMMUNE_ROLES:
        return
    for pair in attempt.kind.separations:
        lifted = pair.liftable and pair.code in attempt.books.lifted
        if _clashes(attempt, pair, lifted=lifted):
            yield Refusal(
                "guard.separation",
                {"pair": pair.code, "rule": pair.label, "step": transition.label},
                cleared_by=transition.authorities[0],
                until=attempt.until,
                source=SOURCE,
            )


def _clashes(attempt: Attempt, pair: Separation, *, lifted: bool) -> bool:
    kind, dossier, person = attempt.kind, attempt.dossier, attempt.actor.person_id
    now = attempt.transition
    if _is(kind, pair.second, now.trigger, pair, officer=kind.is_officer_step(now)):
        if pair.unless_paper == "second" and attempt.is_recorded:
            return False
        if pair.first == UNIT_SIDE:
            return stood_for_unit(kind, dossier, person, forgiven=Role.COMMUNE_POLICE if lifted else None)
        return not lifted and any(
            step.person_id == person and _counts(step, "first", pair) for step in dossier.made(pair.first)
        )
    earlier_now = now.unit_side if pair.first == UNIT_SIDE else now.trigger == pair.first
    if earlier_now and not lifted:
        return any(
            step.person_id == person
            and _is(kind, pair.second, step.trigger, pair, officer=_was_officer_step(kind, dossier, step))
            and _counts(step, "second", pair)
            for step in dossier.steps
        )
    return False


def _is(kind: DossierKind, word: str, trigger: str, pair: Separation, *, officer: bool) -> bool:
    if word == OFFICER:
        return officer and trigger not in pair.excepted
    return trigger == word


def _counts(step: Step, place: str, pair: Separation) -> bool:
    return not (pair.unless_paper == place and step.from_paper is not None and step.role != step.authority)


def _was_officer_step(kind: DossierKind, dossier: Dossier, step: Step) -> bool:
    if step.unit_side or step.role in (Role.UNIT, Role.SYSTEM):
        return False
    if dossier.self_judged and step.role in COMMUNE_ROLES:
        return False
    same = (t for t in kind.transitions if (t.trigger, t.source, t.target) == (step.trigger, step.source, step.target))
    definition = next(same, None)
    return definition is None or kind.is_officer_step(definition)


def stood_for_unit(kind: DossierKind, dossier: Dossier, person_id: str, *, forgiven: Role | None = None) -> bool:
    """Whether the person took a part on the unit's side: opened, filed a unit's paper, or made a unit's step.

    ``forgiven``: a role whose part does not count, because the province lifted that separation. On a self-judged
    dossier every part of the commune is the unit's side.
    """

    def counts(role: Role | None) -> bool:
        return role != forgiven

    if dossier.opened_by == person_id and dossier.opened_by_role != Role.SYSTEM and counts(dossier.opened_by_role):
        return True
    for filed in dossier.papers:
        rule = kind.attachments.get(filed.paper.code)
        of_unit = rule is not None and Role.UNIT in rule.filed_by
        if filed.person_id == person_id and of_unit and counts(filed.role):
            return True
    return any(
        step.person_id == person_id
        and (step.unit_side or (dossier.self_judged and step.role in COMMUNE_ROLES))
        and counts(step.role)
        for step in dossier.steps
    )
