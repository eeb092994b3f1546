"""Answers from the engine's values: JSON that is plain, private, and carries the version as its ETag."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response

from web.api.problems import refusals_data
from workflow.telling.values import plain

if TYPE_CHECKING:
    from workflow.domain.guards import Weighed
    from workflow.domain.lifecycle import Option
    from workflow.queries.paging import Page
    from workflow.services.acts import ActLine, ActPreview, ActResult
    from workflow.services.dossiers import FilingOption
    from workflow.services.engine import Receipt
    from workflow.services.look import Look


def tell(data: object, status: int = 200, *, version: int | None = None, place: str = "") -> Response:
    """An answer; ``version`` is its ETag, ``place`` where the thing that was made is found."""
    answer = Response(json.dumps(plain(data), ensure_ascii=False), status, mimetype="application/json")
    if version is not None:
        answer.set_etag(str(version))
    if place:
        answer.headers["Location"] = place
    return answer


def page_data(page: Page[Any]) -> dict[str, object]:
    """A page of a list; ``after`` is the mark of the next one, None on the last."""
    return {"items": page.items, "after": page.after}


def explained_data(look: Look) -> dict[str, object]:
    """Every step and paper from here with everything that stands against it."""
    dossier, clock = look.dossier, look.dossier.clock
    due = clock.due(look.books.calendar) if clock is not None and not clock.is_stopped else None
    return {
        "dossier": dossier.id,
        "number": dossier.number,
        "state": dossier.state,
        "version": dossier.version,
        "holder": dossier.holder,
        "due": due,
        "moves": [_option_data(option) for option in look.moves],
        "papers": [_paper_option_data(option) for option in look.papers],
    }


def _option_data(option: Option) -> dict[str, object]:
    move = option.transition
    return {
        "trigger": move.trigger,
        "label": move.label,
        "choice": option.choice,
        "choices": [code for code, _ in move.choices],
        "target": move.target,
        "act": move.act,
        **weighed_data(option.weighed),
    }


def _paper_option_data(option: FilingOption) -> dict[str, object]:
    return {
        "paper": option.rule.code,
        "label": option.rule.label,
        "is_open": not option.refusals,
        "refusals": refusals_data(option.refusals),
    }


def weighed_data(weighed: Weighed) -> dict[str, object]:
    """What stands against a step, and what is only said."""
    return {
        "is_open": not weighed.refusals,
        "refusals": refusals_data(weighed.refusals),
        "warnings": refusals_data(weighed.warnings),
    }


def receipt_data(receipt: Receipt) -> dict[str, object]:
    """What was done to a dossier."""
    return {
        "dossier": receipt.dossier_id,
        "number": receipt.number,
        "state": receipt.state,
        "version": receipt.version,
        "journal": receipt.journal,
        "at": receipt.at,
        "late": receipt.late,
        "act": receipt.act_id,
        "warnings": refusals_data(receipt.warnings),
    }


def preview_data(preview: ActPreview) -> dict[str, object]:
    """An act before it is recorded."""
    return {
        "trigger": preview.trigger,
        "is_open": preview.is_open,
        "dossiers": [_line_data(line) for line in preview.lines],
    }


def _line_data(line: ActLine) -> dict[str, object]:
    return {
        "dossier": line.dossier_id,
        "number": line.number,
        "subject": line.subject_id,
        "kind": line.kind,
        "source": line.source,
        "target": line.target,
        "choice": line.choice,
        "left_out": line.left_out,
        "refusals": refusals_data(line.refusals),
        "warnings": refusals_data(line.warnings),
    }


def result_data(result: ActResult) -> dict[str, object]:
    """A recorded act."""
    return {
        "act": result.act_id,
        "at": result.at,
        "dossiers": [receipt_data(receipt) for receipt in result.receipts],
        "left_out": list(result.left_out),
    }
