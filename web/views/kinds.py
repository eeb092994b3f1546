"""Kinds of dossier for readers: the procedure in words, the picture, papers, dates, what the checker found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from difflib import SequenceMatcher
from itertools import groupby

from flask import Blueprint, Response, abort, render_template

from web.access import actor, signed_in
from web.context import house, today
from web.refusals import source
from workflow.domain.errors import NotFound
from workflow.domain.kinds import DossierKind

kinds = Blueprint("kinds", __name__, url_prefix="/loai-ho-so")


@kinds.get("/")
@signed_in
def listing() -> str:
    """Every kind of dossier."""
    return render_template("kinds/listing.html", kinds=[_newest(kind.code) for kind in house().catalogue.kinds()])


@kinds.get("/<code>")
@signed_in
def one(code: str) -> str:
    """One kind: the procedure beside its picture."""
    kind = _newest(code)
    findings = house().findings(kind, province_id=actor().province_id)
    before = _before(kind)
    return render_template(
        "kinds/one.html",
        kind=kind,
        blocks=list(_blocks(house().procedure(kind))),
        findings=[(finding, house().wording.say(finding.message, **finding.facts)) for finding in findings],
        attachments=[(rule, source(rule.citation)) for rule in kind.attachments.values()],
        before=before,
        changes=_changes(before, kind) if before is not None else [],
        deadlines=[(rule, source(rule.source)) for rule in kind.deadlines.values()],
    )


@kinds.get("/<code>/so-do.svg")
@signed_in
def picture(code: str) -> Response:
    """The states and moves, drawn; an image of its own so that nothing in it can act on the page."""
    answer = Response(house().diagram(_newest(code)), mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return answer


def _newest(code: str) -> DossierKind:
    try:
        return house().catalogue.newest(code, province_id=actor().province_id, on=today())
    except NotFound:
        abort(404)


def _before(kind: DossierKind) -> DossierKind | None:
    """The version before this one; None for the first."""
    for version in range(kind.version - 1, 0, -1):
        with suppress(NotFound):
            return house().catalogue.version(kind.code, version, province_id=actor().province_id)
    return None


def _changes(old: DossierKind, new: DossierKind) -> list[dict[str, str]]:
    """Where the procedures of two versions differ, by the heading under which it stands."""
    was, now = (list(_under(house().procedure(kind))) for kind in (old, new))
    found = []
    for what, a, b, c, d in SequenceMatcher(a=was, b=now, autojunk=False).get_opcodes():
        if what != "equal":
            label = (now[c:d] or was[a:b])[0][0]
            gone, come = (" ".join(line for _heading, line in part) for part in (was[a:b], now[c:d]))
            found.append({"label": label, "was": gone, "is": come})
    return found


def _under(text: str) -> Iterator[tuple[str, str]]:
    """Every line of a procedure with the heading it stands under."""
    heading = ""
    for shape, lines in _blocks(text):
        if shape in ("h2", "h3"):
            heading = lines[0]
        else:
            yield from ((heading, line) for line in lines)


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """The Markdown of a procedure as blocks: ``h2``, ``h3``, ``ul`` (its items), ``p``; the page says the title."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("# ")]
    for shape, group in groupby(lines, key=_shape):
        told = [line.lstrip("#- ").strip() for line in group]
        if shape == "ul":
            yield shape, told
        else:
            yield from ((shape, [line]) for line in told)


def _shape(line: str) -> str:
    for start, shape in (("### ", "h3"), ("## ", "h2"), ("- ", "ul")):
        if line.startswith(start):
            return shape
    return "p"
