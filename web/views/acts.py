"""One act on many dossiers: choose them, type the shared papers, look at what will happen to each, record, print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import OFFICERS, actor, only
from web.acts.carried import Carried, CarriedPaper
from web.acts.moves import ActMove, act_moves
from web.acts.paper_pages import paper_form, setting_for, with_dossiers
from web.context import cycle, house, idempotency_key, new_key, now
from web.errors import sentence
from web.forms import Problem, parse_path
from web.kept import comes_again
from web.refusals import reasons
from web.uploads import keep_files
from web.words import say
from workflow.domain.actors import PROVINCE_ROLES, Role
from workflow.domain.errors import HosoError, InvalidDocument, StaleDossier
from workflow.domain.kinds import ENDED, AttachmentRule, Meaning
from workflow.queries.act import act as view_of_act
from workflow.queries.filters import Filters
from workflow.queries.moment import Moment
from workflow.queries.worklist import WorkItem, worklist
from workflow.services.acts import ActInput, ActItem, ActLine, ActPreview, ActRefused

Answer = str | Response | tuple[str, int]

acts = Blueprint("acts", __name__, url_prefix="/viec-chung")

MOST = 200
"""Dossiers that one page of an act shows."""


@acts.get("/")
@only(*OFFICERS)
def choose() -> str:
    """The acts this role records, each with how many dossiers wait for it."""
    rows = [{"move": move, "count": len(_waiting(move))} for move in _moves()]
    return render_template("acts/choose.html", rows=rows)


@acts.get("/<trigger>")
@only(*OFFICERS)
def begin(trigger: str) -> str:
    """Which dossiers the act is about; those that lack something say what."""
    return _begin(_move(trigger), frozenset(request.args.getlist("ho-so")))


@acts.post("/<trigger>")
@only(*OFFICERS)
def step(trigger: str) -> Answer:
    """One page further: from the choice to the papers, from the papers to the preview."""
    move = _move(trigger)
    chosen = request.form.getlist("ho-so")
    if chosen or "carried" not in request.form:
        if not chosen:
            return _begin(move, frozenset(), problem=say("acts.none_chosen")), 422
        waiting = {item.id: item for item in _waiting(move)}
        taken = [waiting[item] for item in chosen if item in waiting]
        choices = {item.id: _assumed(move, item) for item in taken}
        carried = Carried({item.id: item.version for item in taken}, choices)
        return _next(_over(move, carried), carried)
    carried = _carried()
    move = _over(move, carried)
    code = request.form.get("paper", "")
    rule = next((paper for paper in move.papers if paper.code == code), None)
    if rule is None:
        return _next(move, carried)
    return _typed(move, carried, rule)


@acts.post("/<trigger>/xem-truoc")
@only(*OFFICERS)
def preview(trigger: str) -> Answer:
    """The preview again, with dossiers left out by choice, or back to a paper that was typed."""
    carried = _carried()
    move = _over(_move(trigger), carried)
    back = request.form.get("sua", "")
    rule = next((paper for paper in move.papers if paper.code == back), None)
    if rule is not None:
        return _paper_page(move, carried, rule)
    left = frozenset(request.form.getlist("de-lai")) & frozenset(carried.seen)
    return _preview(move, replace(carried, left_out=left))


@acts.post("/<trigger>/ghi")
@only(*OFFICERS)
def record(trigger: str) -> Answer:
    """Record the act on all its dossiers, or on none."""
    carried = _carried()
    move = _over(_move(trigger), carried)
    if comes_again():
        return _preview(move, carried)
    if request.form.get("doi-chieu") != "co":
        return _preview(move, carried, problem=say("acts.not_compared"), status=422)
    try:
        result = house().acts.record(actor(), _input(move, carried), key=idempotency_key())
    except ActRefused as refused:
        return _preview(move, carried, lines=refused.preview, status=409)
    except StaleDossier as error:
        return _preview(move, carried, problem=sentence(error), status=409)
    except InvalidDocument as error:
        return _preview(move, carried, problem=sentence(error), status=422)
    return redirect(url_for("acts.done", act_id=result.act_id))


@acts.get("/da-ghi/<act_id>")
@only(*OFFICERS)
def done(act_id: str) -> str:
    """What was recorded, per dossier; made to be printed."""
    with house().engine.reading() as uow:
        act = uow.acts.get(act_id)
        lines = []
        for dossier_id, choice in act.items:
            dossier, kind = house().engine.load(uow, actor(), dossier_id, now())
            made = next((item for item in dossier.steps if item.act_id == act_id), None)
            ways = [t for t in kind.transitions if made is not None and t.trigger == made.trigger]
            labels = {code: label for way in ways for code, label in way.choices}
            lines.append(
                {
                    "id": dossier.id,
                    "number": dossier.number,
                    "subject": uow.organisations.get(dossier.subject_id).name,
                    "choice": labels.get(choice or "", ""),
                    "state": kind.state(made.target).label if made is not None else "",
                    "step": ways[0].done_label if ways else "",
                }
            )
    seen = view_of_act(house().database, actor(), act_id)
    rules = {code: rule.label for kind in house().catalogue.kinds() for code, rule in kind.attachments.items()}
    papers = [(one.code, rules.get(one.code, one.code)) for one in seen.papers]
    return render_template("acts/done.html", act=act, lines=lines, papers=papers)


# --- the way through


def _next(move: ActMove, carried: Carried) -> Answer:
    missing = next((rule for rule in move.papers if rule.code not in carried.papers), None)
    return _paper_page(move, carried, missing) if missing is not None else _preview(move, carried)


def _typed(move: ActMove, carried: Carried, rule: AttachmentRule) -> Answer:
    form = paper_form(rule.schema_id)
    items = _items(move, carried)
    setting = setting_for(rule.schema_id, items, kinds={kind.code: kind.short_label for kind in move.kinds})
    posted = request.form.to_dict(flat=False)
    before = carried.papers.get(rule.code, CarriedPaper({}))
    changed = form.change_rows(posted)
    if changed is not None:
        bound = form.bind(before.document, setting=setting, changed=changed)
        return _draw_paper(move, carried, rule, bound, items)
    reading = form.read(posted, before.document, setting)
    document = with_dossiers(rule.schema_id, reading.document, items)
    problems: list[Problem] = []
    page_problem = ""
    files = before.files
    try:
        files = (*files, *keep_files(request.files.getlist("scan")))
        document = house().schemas.validate_document(rule.schema_id, document)
    except InvalidDocument as error:
        problems, page_problem = _problems(error)
        known = {problem.path for problem in reading.problems}
        problems = [problem for problem in problems if problem.path not in known]
    if rule.files.required and not files:
        page_problem = page_problem or say("acts.scan_missing")
    kept = carried.with_paper(rule.code, CarriedPaper(document, files))
    if reading.problems or problems or page_problem:
        bound = form.bind(document, setting=setting, reading=reading, problems=problems)
        return _draw_paper(move, kept, rule, bound, items, problem=page_problem), 422
    return _next(move, kept)


def _problems(error: InvalidDocument) -> tuple[list[Problem], str]:
    """Faults at their fields; what has no place in the form is said at its head."""
    at_fields, whole = [], []
    for fault in error.faults:
        path, told = house().fault_told(fault)
        if path:
            at_fields.append(Problem(parse_path(path), told))
        else:
            whole.append(told)
    return at_fields, "" if at_fields else " ".join(whole) or sentence(error)


def _paper_page(move: ActMove, carried: Carried, rule: AttachmentRule) -> str:
    items = _items(move, carried)
    setting = setting_for(rule.schema_id, items, kinds={kind.code: kind.short_label for kind in move.kinds})
    stored = carried.papers.get(rule.code, CarriedPaper({})).document
    bound = paper_form(rule.schema_id).bind(with_dossiers(rule.schema_id, stored, items), setting=setting)
    return _draw_paper(move, carried, rule, bound, items)


def _draw_paper(
    move: ActMove, carried: Carried, rule: AttachmentRule, form: Any, items: Sequence[WorkItem], *, problem: str = ""
) -> str:
    return render_template(
        "acts/paper.html",
        move=move,
        rule=rule,
        form=form,
        items=items,
        carried=carried,
        problem=problem,
        road=_road(move, rule.code),
        files=carried.papers.get(rule.code, CarriedPaper({})).files,
        most_bytes=rule.files.max_bytes,
    )


def _preview(
    move: ActMove, carried: Carried, *, problem: str = "", lines: ActPreview | None = None, status: int = 200
) -> tuple[str, int]:
    if lines is None:
        try:
            lines = house().acts.preview(actor(), _input(move, carried))
        except HosoError as error:
            return _begin(move, frozenset(carried.seen), problem=sentence(error)), 409
    items = {item.id: item for item in _items(move, carried)}
    groups = _groups(lines, items)
    moving = [line for line in lines.lines if not line.left_out]
    page = render_template(
        "acts/preview.html",
        move=move,
        carried=carried,
        groups=groups,
        moving=len(moving),
        left=len(lines.lines) - len(moving),
        is_open=lines.is_open,
        blocked=sum(bool(line.refusals) for line in moving),
        papers=[(rule, carried.papers[rule.code]) for rule in move.papers if rule.code in carried.papers],
        facts=_facts(move, carried),
        road=_road(move, ""),
        problem=problem,
        key=new_key(),
    )
    return page, status


def _groups(preview: ActPreview, items: dict[str, WorkItem]) -> list[dict[str, Any]]:
    """Lines by what will happen: what cannot move first, then what is left out, then by the next state."""
    order: dict[str, dict[str, Any]] = {}
    for line in preview.lines:
        item = items.get(line.dossier_id)
        code, mark, head, note = _outcome(line)
        group = order.setdefault(code, {"mark": mark, "head": head, "note": note, "lines": []})
        group["lines"].append(
            {
                "line": line,
                "item": item,
                "why": reasons(line.refusals, dossier_id=line.dossier_id, anchors=False),
                "warnings": reasons(line.warnings, dossier_id=line.dossier_id, anchors=False),
            }
        )
    rank = {"blocked": 0, "left": 1}
    return [order[code] for code in sorted(order, key=lambda code: (rank.get(code, 2), code))]


def _outcome(line: ActLine) -> tuple[str, str, str, str]:
    kind = next(kind for kind in house().catalogue.kinds() if kind.code == line.kind)
    if line.left_out:
        return "left", "wait", say("acts.left_out"), say("acts.stays", state=kind.state(line.source).label)
    if line.refusals:
        return "blocked", "near", say("acts.blocked"), say("acts.blocked_note")
    target = kind.state(line.target or line.source)
    labels = {code: label for t in kind.transitions for code, label in t.choices}
    head = labels.get(line.choice or "", target.label)
    mark = "no" if target.meaning in (Meaning.NEGATIVE, Meaning.VOID) else "done"
    if line.choice and target.meaning not in ENDED:
        mark = "half"  # a result on the way: whether it is a good one is not ours to say
    return f"to:{line.kind}:{line.target}:{line.choice}", mark, head, say("acts.next_state", state=target.label)


def _facts(move: ActMove, carried: Carried) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = []
    for rule in move.papers:
        paper = carried.papers.get(rule.code)
        if paper is not None:
            facts += [
                {"paper": rule, "label": fact.label, "text": fact.text}
                for fact in paper_form(rule.schema_id).facts(paper.document)
                if fact.text and len(fact.path) == 1
            ]
    return facts


# --- what the pages are made of


def _moves() -> tuple[ActMove, ...]:
    who = actor()
    with house().engine.reading() as uow:
        connected = uow.books.settings(who.province_id).connected
    also = frozenset() if connected or who.role is not Role.COMMUNE_POLICE else PROVINCE_ROLES
    return act_moves(house().catalogue.kinds(), who.role, also=also)


def _move(trigger: str) -> ActMove:
    return next((move for move in _moves() if move.trigger == trigger), None) or abort(404)


def _over(move: ActMove, carried: Carried) -> ActMove:
    """The act over the kinds of the dossiers that were chosen: only their papers are asked for."""
    return move.among({item.kind for item in _items(move, carried)})


def _waiting(move: ActMove) -> list[WorkItem]:
    """Dossiers in the states the act starts from, of the year that is looked at, within the person's jurisdiction."""
    moment = Moment.of(now(), house().calendar())
    found: list[WorkItem] = []
    for kind in move.kinds:
        for state in move.sources(kind):
            filters = Filters(kind=kind.code, state=state, cycle=cycle())
            page = worklist(
                house().database, actor(), filters, moment, limit=MOST, held_by=frozenset(Role) - {Role.ADMIN}
            )
            found += [item for item in page.items if move.step(kind, state, own=item.own) is not None]
    return found


def _assumed(move: ActMove, item: WorkItem) -> str | None:
    kind = next(kind for kind in move.kinds if kind.code == item.kind)
    return move.choice_for(kind, item.state, own=item.own)


def _items(move: ActMove, carried: Carried) -> list[WorkItem]:
    waiting = {item.id: item for item in _waiting(move)}
    return [waiting[item] for item in carried.seen if item in waiting]


def _begin(move: ActMove, chosen: frozenset[str], *, problem: str = "") -> str:
    waiting = _waiting(move)
    ready = _readiness(move, waiting)
    return render_template(
        "acts/begin.html",
        move=move,
        waiting=waiting,
        ready=ready,
        chosen=chosen or frozenset(item.id for item in waiting if not ready.get(item.id)),
        kinds={kind.code: kind for kind in move.kinds},
        road=_road(move, "@choose"),
        problem=problem,
    )


def _readiness(move: ActMove, waiting: Sequence[WorkItem]) -> dict[str, list[Any]]:
    """Per dossier what is missing beside the act's own papers."""
    if not waiting:
        return {}
    items = [ActItem(item.id, item.version, choice=_assumed(move, item)) for item in waiting]
    own = {rule.code for rule in move.papers}
    lines = house().acts.preview(actor(), ActInput(move.trigger, items)).lines
    return {
        line.dossier_id: reasons(
            [one for one in line.refusals if one.paper not in own and one.code != "guard.signed_paper"],
            dossier_id=line.dossier_id,
        )
        for line in lines
    }


def _input(move: ActMove, carried: Carried) -> ActInput:
    return ActInput(
        trigger=move.trigger,
        items=[
            ActItem(dossier_id, version, choice=carried.choices.get(dossier_id))
            for dossier_id, version in carried.seen.items()
        ],
        papers={code: paper.as_input() for code, paper in carried.papers.items()},
        leave_out=carried.left_out,
    )


def _carried() -> Carried:
    try:
        return Carried.from_text(request.form.get("carried", ""))
    except ValueError:
        abort(400)


def _road(move: ActMove, at: str) -> list[dict[str, str]]:
    steps = [("@choose", say("acts.road.choose")), *((rule.code, rule.label) for rule in move.papers)]
    steps += [("", say("acts.road.preview")), ("@done", say("acts.road.done"))]
    place = [code for code, _ in steps].index(at)
    return [
        {"label": label, "status": "past" if index < place else "now" if index == place else "later"}
        for index, (_, label) in enumerate(steps)
    ]
