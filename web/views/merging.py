"""A unit entered twice: find the other record, see what stands under each, choose the one that stays, merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import actor, only
from web.context import house, idempotency_key, new_key, today
from web.errors import sentence, status_of
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.errors import HosoError, NotAllowed, NotFound
from workflow.queries.tree import Branch, Node, branch, find

if TYPE_CHECKING:
    from workflow.services.merging import MergePreview, Side

Answer = str | Response | tuple[str, int]

merging = Blueprint("merging", __name__, url_prefix="/to-chuc/<organisation_id>/gop")

KEEPERS = (Role.ADMIN, Role.PROVINCE_POLICE, Role.COMMUNE_POLICE)


@merging.get("/")
@only(*KEEPERS)
def choose(organisation_id: str) -> Answer:
    """The other record of the same unit: by name, or the two side by side once it is found."""
    here = branch(house().database, actor(), organisation_id, on=today())
    other = request.args.get("voi", "")
    if other:
        return _compare(here, other)
    text = request.args.get("tim", "").strip()
    return render_template(
        "merging/choose.html",
        node=here.node,
        text=text,
        found=_others(here.node, text or here.node.name),
    )


@merging.post("/")
@only(*KEEPERS)
def merge(organisation_id: str) -> Answer:
    """Merge the two records; the one that was chosen stays."""
    here = branch(house().database, actor(), organisation_id, on=today())
    other, stays = request.form.get("voi", ""), request.form.get("o-lai", "")
    if stays not in {organisation_id, other}:
        return _compare(here, other, problem=say("merging.choose"), field="o-lai", status=422)
    gone = other if stays == organisation_id else organisation_id
    try:
        house().merging.merge(
            actor(), kept_id=stays, gone_id=gone, reason=request.form.get("ly-do", ""), key=idempotency_key()
        )
    except HosoError as error:
        if isinstance(error, NotFound | NotAllowed):
            raise
        field = "ly-do" if error.code == "reason_missing" else "o-lai"
        return _compare(here, other, problem=sentence(error), field=field, status=status_of(error))
    return redirect(url_for("merging.done", organisation_id=stays, tu=gone))


@merging.get("/xong")
@only(*KEEPERS)
def done(organisation_id: str) -> str:
    """What was done: the record that stays, and the one that ended with it as its successor."""
    kept = branch(house().database, actor(), organisation_id, on=today())
    gone = next((one for one in kept.predecessors if one.id == request.args.get("tu")), None)
    if gone is None:
        raise NotFound("organisation_not_found")
    return render_template("merging/done.html", kept=kept.node, gone=gone)


def _others(node: Node, text: str) -> list[Node]:
    """Records of the same kind and commune that stand and whose name has these words."""
    found = find(house().database, actor(), text, on=today())
    return [
        one
        for one in found
        if one.id != node.id and one.kind == node.kind and one.commune_id == node.commune_id and one.valid_to is None
    ]


def _compare(here: Branch, other: str, *, problem: str = "", field: str = "", status: int = 200) -> Answer:
    try:
        first = house().merging.preview(actor(), kept_id=here.node.id, gone_id=other)
        second = house().merging.preview(actor(), kept_id=other, gone_id=here.node.id)
    except HosoError as error:
        if isinstance(error, NotFound):
            raise
        page = render_template(
            "merging/choose.html", node=here.node, text="", found=_others(here.node, here.node.name),
            problem=sentence(error),
        )  # fmt: skip
        return page, status_of(error)
    options = [_option(one) for one in (first, second)]
    best = max((one for one in options if not one["reasons"]), key=_weight, default=None)
    html = render_template(
        "merging/compare.html",
        node=here.node,
        options=options,
        possible=best is not None,
        chosen=request.form.get("o-lai") or (best["id"] if best is not None else ""),
        reason=request.form.get("ly-do", ""),
        labels={kind.code: kind.short_label for kind in house().catalogue.kinds()},
        problem=problem,
        field=field,
        key=new_key(),
    )
    return (html, status) if status != 200 else html


def _option(preview: MergePreview) -> dict[str, object]:
    """One record as the one that stays: what stands under it, and what is against it."""
    side: Side = preview.kept
    return {
        "id": side.organisation.id,
        "name": side.organisation.name,
        "since": side.organisation.valid_from,
        "dossiers": side.dossiers,
        "results": side.results,
        "people": side.people,
        "reasons": [sentence(error) for error in preview.reasons],
    }


def _weight(option: dict[str, object]) -> tuple[int, int]:
    """The record under which more stands is offered first."""
    dossiers, results = option["dossiers"], option["results"]
    return (len(dossiers) if isinstance(dossiers, tuple) else 0, results if isinstance(results, int) else 0)
