"""A kind's JSON body -> ``DossierKind``. Compact moves are expanded to one transition per origin and target.

``to`` may be ``@returned_from`` (every state a return can come from), ``@redo`` (every state a return may ask to begin
again from) or ``@left`` (every state the end can be entered from). A resubmission takes over the guards and papers of
the straight step into its target, dates excepted (law.md, Returns).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from workflow.definitions.award_rules import load_awards
from workflow.definitions.duties import obliges_of, share_of
from workflow.domain.actors import Role
from workflow.domain.deadlines import Bound, DeadlineRule, Instead
from workflow.domain.errors import DefinitionInvalid
from workflow.domain.exclusions import Exclusion
from workflow.domain.file_checks import FileRule
from workflow.domain.kinds import (
    Applies,
    AttachmentRule,
    DossierKind,
    Effect,
    GuardUse,
    HandOver,
    LedgerRule,
    Meaning,
    OwedRule,
    PaperUse,
    ReturnMode,
    Separation,
    Stage,
    State,
    Transition,
)
from workflow.domain.rolls import Column, Demand, Holds, Part, Roll, Said, Where

Body = Mapping[str, Any]

_GUARD_WORDS = frozenset({"guard", "source", "warns", "applies", "choices", "where"})


def digest_of(body: Body) -> str:
    """SHA-256 of the canonical JSON of a definition: the identity of a published version."""
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def load_kind(body: Body) -> DossierKind:
    """The kind that a body (already accepted by ``meta/kind.schema.json``) describes.

    Raises ``DefinitionInvalid`` when a name in it refers to nothing.
    """
    try:
        return _kind(body)
    except (KeyError, ValueError) as error:
        raise DefinitionInvalid((str(error),), kind=body.get("code"), version=body.get("version")) from error


def _kind(body: Body) -> DossierKind:
    states = {code: _state(code, data) for code, data in body["states"].items()}
    roll = _roll(body["roll"]) if "roll" in body else None
    compact = [_placed(data, roll) for data in body["transitions"]]
    plain = [t for data in compact for t in _plain(data)]
    states = _with_depth(states, body["initial"], plain)
    transitions = [t for data in compact for t in _expanded(data, plain, states)]
    _unique(t.id for t in transitions)
    return DossierKind(
        code=body["code"],
        version=body["version"],
        label=body["label"],
        short_label=body["short_label"],
        abbreviation=body["abbreviation"],
        initial=body["initial"],
        subject_kinds=tuple(body["subject_kinds"]),
        own_subject_kinds=tuple(body.get("own_subject_kinds", ())),
        opened_by=tuple(Role(role) for role in body["opened_by"]),
        stages=tuple(Stage(item["code"], item["label"]) for item in body["stages"]),
        states=states,
        transitions=tuple(transitions),
        attachments={code: _attachment(body, code, data, roll) for code, data in body["attachments"].items()},
        deadlines={code: _deadline(code, data) for code, data in body["deadlines"].items()},
        separations=tuple(_separation(item) for item in body.get("separations", ())),
        criteria=dict(body.get("criteria", {})),
        meeting=dict(body.get("meeting", {})),
        figures=body.get("figures"),
        report=body.get("report"),
        ledger=_ledger(body["ledger"]) if "ledger" in body else None,
        owes=OwedRule(**body["owes"]) if "owes" in body else None,
        excludes=tuple(_exclusion(item) for item in body.get("excludes", ())),
        awards=load_awards(body["awards"]) if "awards" in body else None,
        shares=tuple(share_of(item) for item in body.get("shares", ())),
        obliges=obliges_of(body["obliges"]) if "obliges" in body else None,
        min_days_after_stop=body.get("min_days_after_stop", 2),
        order=body.get("order", 0),
        many=body.get("many", False),
        lasting=body.get("lasting", False),
        roll=roll,
        citation=body["citation"],
        waivers=tuple(body.get("waivers", ())),
        digest=digest_of(body),
    )


def _placed(data: Body, roll: Roll | None) -> Body:
    """A move with every ``where`` of its guards told by paper and field instead of by column."""
    return {**data, "guards": [{**use, "where": _where(use, roll)} for use in data.get("guards", ())]}


def _where(data: Body, roll: Roll | None) -> Where | None:
    """On which dossiers a guard or a paper is for, as its paper says it. KeyError for a column that is not there."""
    if "where" not in data:
        return None
    column = roll.column(data["where"]["column"]) if roll is not None else None
    if column is None:
        raise KeyError(data["where"]["column"])
    return Where(column.paper, column.field, tuple(data["where"]["any_of"]))


def _roll(data: Body) -> Roll:
    return Roll(
        label=data["label"],
        title=data.get("title", ""),
        columns=tuple(_column(item) for item in data["columns"]),
        demands=tuple(_demand(item) for item in data.get("demands", ())),
    )


def _column(data: Body) -> Column:
    return Column(
        code=data["code"],
        label=data["label"],
        paper=data["paper"],
        field=data["field"],
        holds=Holds(data.get("holds", "text")),
        tally=data.get("tally", False),
        sums=data.get("sums", False),
        link=data.get("link", ""),
        expires=data.get("expires"),
        counted=data.get("counted", False),
    )


def _demand(data: Body) -> Demand:
    return Demand(
        code=data["code"],
        label=data["label"],
        source=data["source"],
        verified=data.get("verified", False),
        subject_kinds=tuple(data.get("subject_kinds", ())),
        parts=tuple(_part(item) for item in data.get("parts", ())),
        per_dossier=data.get("per_dossier", ""),
        least=data.get("least", 1),
        where=Said(data["where"]["column"], tuple(data["where"]["any_of"])) if "where" in data else None,
    )


def _part(data: Body) -> Part:
    return Part(data["label"], tuple(data["columns"]), data.get("earlier", False))


def _state(code: str, data: Body) -> State:
    over = data.get("hands_over")
    return State(
        code=code,
        label=data["label"],
        meaning=Meaning(data["meaning"]),
        stage=data.get("stage"),
        holder=Role(data["holder"]) if data.get("holder") else None,
        own_holder=Role(data["own_holder"]) if data.get("own_holder") else None,
        working_days=data.get("working_days"),
        due_by=data.get("due_by"),
        hands_over=HandOver(Role(over["to"]), tuple(over["papers"])) if over else None,
    )


def _with_depth(states: dict[str, State], initial: str, plain: Iterable[Transition]) -> dict[str, State]:
    """States with their place on the straight path: the longest way from the initial state along forward steps."""
    depth = {initial: 0}
    steps = [t for t in plain if t.forward]
    for _ in states:
        for step in steps:
            if step.source in depth:
                depth[step.target] = max(depth.get(step.target, 0), depth[step.source] + 1)
    if any(value > len(states) for value in depth.values()):
        raise ValueError("the straight path runs in a circle")
    return {code: replace(state, depth=depth.get(code, -1)) for code, state in states.items()}


def _transition(data: Body, source: str, target: str) -> Transition:
    authority = data["authority"]
    choices = tuple(data.get("choices", {}).items())
    branch = data.get("choice")
    if branch is not None:
        choices = ((branch, data.get("choice_label", branch)),)
    mark = f":{branch}" if branch else ""
    scope = "" if data.get("applies", "any") == "any" else f"/{data['applies']}"
    effects = tuple(Effect(name) for name in data.get("effects", ()))
    return Transition(
        id=f"{data['trigger']}:{source}>{target}{mark}{scope}",
        trigger=data["trigger"],
        source=source,
        target=target,
        label=data["label"],
        done_label=data["done"],
        authorities=tuple(Role(role) for role in ([authority] if isinstance(authority, str) else authority)),
        recorders=frozenset(Role(role) for role in data["recorders"]),
        own_recorders=frozenset(Role(role) for role in data.get("own_recorders", ())),
        branch=branch,
        redo_targets=tuple(data.get("redo_targets", ())),
        choices=choices,
        applies=Applies(data.get("applies", "any")),
        guards=tuple(_guard(item) for item in data.get("guards", ())),
        papers=tuple(_paper(item) for item in data.get("papers", ())),
        deadline=data.get("deadline"),
        effects=effects,
        act=data.get("act", False),
        needs_reason=data.get("needs_reason", False),
        while_held=data.get("while_held", False),
        unit_side=data.get("unit_side", False),
        forward=data.get("forward", False),
        is_return=Effect.OPEN_RETURN in effects,
        citation=data["citation"],
    )


def _plain(data: Body) -> list[Transition]:
    """The moves whose target is a state, one per origin."""
    if data["to"].startswith("@"):
        return []
    return [_transition(data, source, data["to"]) for source in data["from"]]


def _expanded(data: Body, plain: list[Transition], states: Mapping[str, State]) -> list[Transition]:
    word = data["to"]
    if not word.startswith("@"):
        return _plain(data)
    expand = {"@returned_from": _to_origins, "@redo": _to_redo, "@left": _to_left}[word]
    return [t for source in data["from"] for t in expand(data, source, plain, states)]


def _to_origins(data: Body, source: str, plain: list[Transition], states: Mapping[str, State]) -> list[Transition]:
    origins = sorted(
        {t.source for t in plain if t.is_return and t.target == source}, key=lambda code: states[code].depth
    )
    result: list[Transition] = []
    for origin in origins:
        move = replace(_transition(data, source, origin), mode=ReturnMode.SUPPLEMENT)
        steps = [t for t in plain if t.forward and t.target == origin]
        guards = tuple(
            replace(guard, applies=_narrow(guard.applies, step.applies)) for step in steps for guard in step.guards
        )
        papers = tuple(
            replace(paper, applies=_narrow(paper.applies, step.applies)) for step in steps for paper in step.papers
        )
        result.append(replace(move, guards=move.guards + guards, papers=move.papers + papers))
    return result


def _narrow(inner: Applies, outer: Applies) -> Applies:
    return inner if outer is Applies.ANY else outer


def _to_redo(data: Body, source: str, plain: list[Transition], states: Mapping[str, State]) -> list[Transition]:
    del states
    targets: dict[str, None] = {}
    for t in plain:
        if t.is_return and t.target == source:
            targets.update(dict.fromkeys(t.redo_targets))
    # A return may nest: what the commune was asked to redo, the unit may be asked to redo for it.
    return [
        replace(
            _transition(data, source, target),
            mode=ReturnMode.REDO,
            id=f"{data['trigger']}:{source}>{target}:redo",
        )
        for target in targets
    ]


def _to_left(data: Body, source: str, plain: list[Transition], states: Mapping[str, State]) -> list[Transition]:
    del states
    possible = {t.source for t in plain if t.target == source}
    left = [code for code in data.get("left", sorted(possible)) if code in possible]
    return [replace(_transition(data, source, code), to_left=True) for code in left]


def _guard(data: Body) -> GuardUse:
    return GuardUse(
        name=data["guard"],
        params={key: value for key, value in data.items() if key not in _GUARD_WORDS},
        source=data.get("source", ""),
        warns=data.get("warns", False),
        applies=Applies(data.get("applies", "any")),
        choices=tuple(data.get("choices", ())),
        where=data.get("where"),
    )


def _ledger(data: Body) -> LedgerRule:
    return LedgerRule(data.get("result", ""), data["label"], tuple(data.get("results", {}).items()))


def _exclusion(data: Body) -> Exclusion:
    return Exclusion(
        data["field"], tuple(data["any_of"]), data["label"], data["source"], verified=data.get("verified", False)
    )


def _paper(data: str | Body) -> PaperUse:
    if isinstance(data, str):
        return PaperUse(data)
    return PaperUse(data["code"], data.get("source", ""), Applies(data.get("applies", "any")))


def _attachment(body: Body, code: str, data: Body, roll: Roll | None) -> AttachmentRule:
    files = data.get("files", {})
    return AttachmentRule(
        code=code,
        label=data["label"],
        schema_id=data.get("schema", f"hoso:kinds/{body['code']}/v{body['version']}/attachments/{code}"),
        filed_by=frozenset(Role(role) for role in data.get("filed_by", ())),
        filed_in=frozenset(data.get("filed_in", ())),
        with_acts=frozenset(data.get("with_acts", ())),
        recorders=frozenset(Role(role) for role in data.get("recorders", ())),
        applies=Applies(data.get("applies", "any")),
        many=data.get("many", False),
        internal=data.get("internal", False),
        locked_by=data.get("locked_by"),
        scored=data.get("scored", False),
        compares=data.get("compares"),
        finding=data.get("finding"),
        links=tuple(data.get("links", {}).items()),
        where=_where(data, roll),
        files=FileRule(
            required=files.get("required", False),
            max_files=files.get("max_files", FileRule().max_files),
            max_bytes=files.get("max_bytes", FileRule().max_bytes),
            types=tuple(files.get("types", FileRule().types)),
            checks=tuple(sorted(files.get("checks", {}).items())),
        ),
        citation=data["citation"],
        verified=data.get("verified", True),
    )


def _deadline(code: str, data: Body) -> DeadlineRule:
    bounds = {name: Bound.parse(data[name]) if name in data else None for name in ("opens", "due", "closes")}
    return DeadlineRule(
        code=code,
        label=data["label"],
        words=data.get("words", ""),
        opens=bounds["opens"],
        due=bounds["due"],
        closes=bounds["closes"],
        opens_after=data.get("opens_after"),
        source=data["source"],
        verified=data.get("verified", False),
        note=data.get("note", ""),
        instead=tuple(
            Instead(item["deadline"], tuple(item.get("subject_kinds", ())), item.get("managing_level", ""))
            for item in data.get("instead", ())
        ),
    )


def _separation(data: Body) -> Separation:
    return Separation(
        code=data["code"],
        label=data["label"],
        first=data["first"],
        second=data["second"],
        excepted=tuple(data.get("excepted", ())),
        unless_paper=data.get("unless_paper", "second"),
        liftable=data.get("liftable", False),
    )


def _unique(ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for item in ids:
        if item in seen:
            raise ValueError(f"two moves are the same: {item}")
        seen.add(item)
