"""Names in a kind's body that refer to nothing, and codes that stand twice: what must hold before it can be loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workflow.definitions.checks.finding import Finding, found
from workflow.definitions.checks.guard_forms import FORMS
from workflow.domain.bounds import Bound
from workflow.domain.calendars import InvalidTime

Body = Mapping[str, Any]


def name_findings(body: Body) -> tuple[Finding, ...]:
    """Every unknown name, unreadable date and doubled code of a body whose form is right."""
    return tuple(
        item
        for check in (
            _of_kind,
            _of_states,
            _of_moves,
            _of_papers,
            _of_dates,
            _of_obligations,
            _of_separations,
            _of_roll,
            _doubled,
            _circles,
        )
        for item in check(body)
    )


def _unknown(names: Iterable[str], known: Iterable[str], code: str, about: str, part: str) -> Iterator[Finding]:
    there = set(known)
    for name in names:
        if name not in there:
            yield found(code, f"{about}:{name}", part=part, name=name)


def triggers(body: Body) -> set[str]:
    """Every trigger of the kind."""
    return {move["trigger"] for move in body["transitions"]}


def move_name(move: Body) -> str:
    """How a compact move is named in findings: ``trigger>target``, with its choice and its scope."""
    mark = f":{move['choice']}" if "choice" in move else ""
    scope = f"/{move['applies']}" if move.get("applies", "any") != "any" else ""
    return f"{move['trigger']}>{move['to']}{mark}{scope}"


def _of_kind(body: Body) -> Iterator[Finding]:
    label = body["label"]
    yield from _unknown([body["initial"]], body["states"], "state_unknown", "initial", label)
    for name in ("own_subject_kinds", "criteria"):
        yield from _unknown(body.get(name, ()), body["subject_kinds"], "subject_unknown", name, label)
    for name in ("figures", "report"):
        yield from _unknown([body[name]] if name in body else [], body["deadlines"], "deadline_unknown", name, label)


def _of_states(body: Body) -> Iterator[Finding]:
    stages = [stage["code"] for stage in body["stages"]]
    for code, state in body["states"].items():
        yield from _unknown([state["stage"]] if "stage" in state else [], stages, "stage_unknown", code, state["label"])
        due_by = [state["due_by"]] if "due_by" in state else []
        yield from _unknown(due_by, body["deadlines"], "deadline_unknown", code, state["label"])
        over = state.get("hands_over", {})
        yield from _unknown(over.get("papers", ()), body["attachments"], "paper_unknown", code, state["label"])


def _of_moves(body: Body) -> Iterator[Finding]:
    for move in body["transitions"]:
        name, label = move_name(move), move["label"]
        states = [*move["from"], *move.get("left", ()), *move.get("redo_targets", ())]
        states += [] if move["to"].startswith("@") else [move["to"]]
        yield from _unknown(states, body["states"], "state_unknown", name, label)
        dates = [move["deadline"]] if "deadline" in move else []
        yield from _unknown(dates, body["deadlines"], "deadline_unknown", name, label)
        papers = [use if isinstance(use, str) else use["code"] for use in move.get("papers", ())]
        yield from _unknown(papers, body["attachments"], "paper_unknown", name, label)
        for guard in move.get("guards", ()):
            yield from _of_guard(guard, body, name, label)
        wheres = [use["where"]["column"] for use in move.get("guards", ()) if "where" in use]
        yield from _unknown(wheres, _columns(body), "column_unknown", name, label)


def _of_guard(guard: Body, body: Body, name: str, label: str) -> Iterator[Finding]:
    form = FORMS.get(guard["guard"])
    if form is None:
        yield from _unknown([guard["guard"]], FORMS, "guard_unknown", name, label)
        return
    given = set(guard) - {"guard", "source", "warns", "applies", "choices", "where"}
    for field in sorted(form.needs.keys() - given):
        yield found(
            "guard_field_missing", f"{name}:{guard['guard']}:{field}", part=label, guard=guard["guard"], field=field
        )
    for field in sorted(given - form.needs.keys() - form.takes.keys()):
        yield found(
            "guard_field_unknown", f"{name}:{guard['guard']}:{field}", part=label, guard=guard["guard"], field=field
        )
    if form.cites and "source" not in guard:
        yield found("source_missing", f"{name}:{guard['guard']}", part=label)
    offered = {choice for move in body["transitions"] for choice in (*move.get("choices", ()), move.get("choice"))}
    yield from _unknown(guard.get("choices", ()), offered, "choice_unknown", f"{name}:{guard['guard']}", label)
    papers = [str(guard[field]) for field in sorted(form.papers) if field in guard]
    yield from _unknown(papers, body["attachments"], "paper_unknown", f"{name}:{guard['guard']}", label)


def _of_papers(body: Body) -> Iterator[Finding]:
    known = triggers(body)
    for code, rule in body["attachments"].items():
        label = rule["label"]
        yield from _unknown(rule.get("filed_in", ()), body["states"], "state_unknown", code, label)
        acts = [*rule.get("with_acts", ()), *([rule["locked_by"]] if "locked_by" in rule else [])]
        yield from _unknown(acts, known, "trigger_unknown", code, label)
        wheres = [rule["where"]["column"]] if "where" in rule else []
        yield from _unknown(wheres, _columns(body), "column_unknown", code, label)
        compared = [rule["compares"]] if "compares" in rule else []
        yield from _unknown(compared, body["attachments"], "paper_unknown", code, label)


def _of_dates(body: Body) -> Iterator[Finding]:
    for code, rule in body["deadlines"].items():
        after = [rule["opens_after"]] if "opens_after" in rule else []
        after += [other["deadline"] for other in rule.get("instead", ())]
        yield from _unknown(after, body["deadlines"], "deadline_unknown", code, rule["label"])
        for face in ("opens", "due", "closes"):
            try:
                Bound.parse(rule.get(face, "before 01-01"))
            except InvalidTime:
                yield found("date_unreadable", f"{code}.{face}", part=rule["label"], text=rule[face])


def _of_obligations(body: Body) -> Iterator[Finding]:
    obliges = body.get("obliges")
    if obliges is None:
        return
    label = body["label"]
    yield from _unknown([obliges["deadline"]], body["deadlines"], "deadline_unknown", "obliges", label)
    yield from _unknown([obliges["paper"], obliges["call"]], body["attachments"], "paper_unknown", "obliges", label)
    for one in obliges["each"]:
        about = f"obliges:{one['code']}"
        yield from _unknown([one["deadline"]], body["deadlines"], "deadline_unknown", about, one["label"])
        yield from _unknown(one["subject_kinds"], body["subject_kinds"], "subject_unknown", about, one["label"])


def _of_separations(body: Body) -> Iterator[Finding]:
    known = triggers(body)
    for pair in body.get("separations", ()):
        words = [pair["first"], pair["second"], *pair.get("excepted", ())]
        plain = [word for word in words if not word.startswith("@")]
        yield from _unknown(plain, known, "trigger_unknown", pair["code"], pair["label"])


def _columns(body: Body) -> list[str]:
    return [column["code"] for column in body.get("roll", {}).get("columns", ())]


def _of_roll(body: Body) -> Iterator[Finding]:
    roll = body.get("roll")
    if roll is None:
        return
    known = _columns(body)
    yield from _twice("roll", known)
    titles = [roll["title"]] if "title" in roll else []
    yield from _unknown(titles, known, "column_unknown", "roll", roll["label"])
    for column in roll["columns"]:
        yield from _unknown([column["paper"]], body["attachments"], "paper_unknown", column["code"], column["label"])
    for demand in roll.get("demands", ()):
        names = [name for part in demand.get("parts", ()) for name in part["columns"]]
        names += [demand["where"]["column"]] if "where" in demand else []
        names += [demand["per_dossier"]] if "per_dossier" in demand else []
        yield from _unknown(names, known, "column_unknown", demand["code"], demand["label"])
        kinds = demand.get("subject_kinds", ())
        yield from _unknown(kinds, body["subject_kinds"], "subject_unknown", demand["code"], demand["label"])


def _doubled(body: Body) -> Iterator[Finding]:
    yield from _twice("stages", [stage["code"] for stage in body["stages"]])
    yield from _twice("obliges", [one["code"] for one in body.get("obliges", {}).get("each", ())])
    yield from _twice("separations", [pair["code"] for pair in body.get("separations", ())])
    for move in body["transitions"]:
        papers = [
            use if isinstance(use, str) else f"{use['code']}/{use.get('applies', '')}" for use in move.get("papers", ())
        ]
        yield from _twice(move_name(move), papers)
    moves = Counter(
        (
            source,
            move["trigger"],
            move["to"],
            move.get("choice"),
            move.get("applies", "any"),
            tuple(move.get("left", ())),
        )
        for move in body["transitions"]
        for source in move["from"]
    )
    for (source, trigger, target, *_), times in moves.items():
        if times > 1:
            yield found("code_doubled", f"transitions:{trigger}:{source}>{target}", name=f"{trigger} ({source})")


def _twice(where: str, codes: list[str]) -> Iterator[Finding]:
    for code, times in Counter(codes).items():
        if times > 1:
            yield found("code_doubled", f"{where}:{code}", name=code)


def _circles(body: Body) -> Iterator[Finding]:
    """Steps of the straight path that lead back to where they came from; dates that wait for each other."""
    onward: dict[str, list[str]] = {}
    for move in body["transitions"]:
        if move.get("forward") and not move["to"].startswith("@"):
            for source in move["from"]:
                onward.setdefault(source, []).append(move["to"])
    for code in body["states"]:
        if code in reached(onward, onward.get(code, [])):
            yield found("path_circle", code, part=body["states"][code]["label"])
    waits = {code: [rule["opens_after"]] for code, rule in body["deadlines"].items() if "opens_after" in rule}
    for code, after in waits.items():
        if code in reached(waits, after):
            yield found("date_circle", code, part=body["deadlines"][code]["label"])


def reached(onward: Mapping[str, list[str]], start: Iterable[str]) -> set[str]:
    """Everything that can be reached from ``start``, itself included, along ``onward``."""
    seen: set[str] = set()
    todo = list(start)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo.extend(onward.get(node, ()))
    return seen
