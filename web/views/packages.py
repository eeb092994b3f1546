"""Packages of dossiers: taken along as one file, streamed; those of another installation looked at, then taken in."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, redirect, render_template, request, session, stream_with_context, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.access import OFFICERS, actor, only
from web.context import cycle, house, idempotency_key, new_key, now
from web.errors import sentence, status_of
from web.lists.filters import communes_seen
from web.lists.present import present
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.errors import HosoError, NotFound
from workflow.domain.packages import Fate, PackageRefused
from workflow.queries.packages import ids_of
from workflow.services.exchange import KEEPERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workflow.domain.packages import PackageLine

Answer = str | AnyResponse | tuple[str, int]

packages = Blueprint("packages", __name__, url_prefix="/goi-ho-so")

ZIP = "application/zip"
_MINE, _DONE, _MOST_KEPT = "packages", "package_done", 3
_MARKS = {Fate.NEW: "done", Fate.MORE: "half", Fate.SAME: "wait", Fate.BEHIND: "wait", Fate.WRONG: "no"}
_FIRST = (Fate.WRONG, Fate.NEW, Fate.MORE, Fate.SAME, Fate.BEHIND)


@packages.get("/")
@only(*OFFICERS)
def begin() -> str:
    """Make a package of a year, or choose one to take in."""
    return _begin()


@packages.get("/nam.zip")
@only(*OFFICERS)
def year() -> Response:
    """All dossiers of a year within sight, of one kind and commune where they are named."""
    kind, commune = request.args.get("loai") or None, request.args.get("xa") or None
    found = ids_of(house().database, actor(), kind=kind, cycle=cycle(), commune=commune)
    if not found:
        abort(404)
    return _stream(found, say("packages.file_year", cycle=cycle()))


@packages.get("/<dossier_id>.zip")
@only(*OFFICERS, Role.UNIT)
def dossier(dossier_id: str) -> Response:
    """One dossier with its papers, files and journal; for its unit a copy to read."""
    with house().engine.reading() as stores:
        found, _ = house().engine.load(stores, actor(), dossier_id, now())
    return _stream([found.id], found.number)


@packages.post("/")
@only(*KEEPERS)
def send() -> Answer:
    """Take an upload that is a whole package; it waits for its preview."""
    upload = request.files.get("goi")
    if upload is None or not upload.filename:
        return _begin(problem=say("packages.none")), 422
    content = upload.read()
    try:
        with house().open_package(io.BytesIO(content)):
            digest = hashlib.sha256(content).hexdigest()
    except HosoError as error:
        return _begin(problem=sentence(error)), status_of(error)
    house().files.keep(digest, content)
    mine = [one for one in session.get(_MINE, []) if one[0] != digest]
    session[_MINE] = [*mine, [digest, upload.filename[:40]]][-_MOST_KEPT:]
    return redirect(url_for("packages.preview", digest=digest))


@packages.route("/nhan/<digest>", methods=["GET", "POST"])
@only(*KEEPERS)
def preview(digest: str) -> Answer:
    """What taking the package in would do, dossier by dossier; then all of it, or nothing."""
    name = dict(session.get(_MINE, [])).get(digest)
    if name is None:
        raise NotFound("file_not_found")
    with house().open_package(io.BytesIO(house().files.get(digest))) as package:
        if request.method == "GET":
            lines: Sequence[PackageLine] = house().exchange.preview(actor(), package)
            return _preview(name, digest, package.digest, package, lines)
        if not package.key and request.form.get("doi-chieu") != "co":
            lines = house().exchange.preview(actor(), package)
            page = _preview(name, digest, package.digest, package, lines, problem=say("packages.not_compared"))
            return page, 422
        try:
            taken = house().exchange.take_in(actor(), package, key=idempotency_key())
        except PackageRefused as error:
            return _preview(name, digest, package.digest, package, error.lines, problem=sentence(error)), 422
        except HosoError as error:
            lines = house().exchange.preview(actor(), package)
            return _preview(name, digest, package.digest, package, lines, problem=sentence(error)), status_of(error)
    session[_DONE] = {
        "at": now().isoformat(),
        "by": package.made_by,
        "digest": package.digest,
        "taken": [[one.dossier_id, one.number, one.subject] for one in taken if one.rows][:20],
        "count": sum(one.rows > 0 for one in taken),
        "same": sum(one.rows == 0 for one in taken),
    }
    return redirect(url_for("packages.done"))


@packages.get("/da-nhan")
@only(*KEEPERS)
def done() -> Answer:
    """What the last package of this session brought."""
    kept = session.get(_DONE)
    if kept is None:
        return redirect(url_for("packages.begin"))
    return render_template("packages/done.html", **kept)


def _stream(ids: Iterable[str], name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}.zip", "Cache-Control": "private, no-store"}
    return Response(stream_with_context(house().package(actor(), ids)), mimetype=ZIP, headers=headers)


def _begin(*, problem: str = "") -> str:
    kinds = [(kind.code, kind.short_label) for kind in house().catalogue.kinds()]
    return render_template(
        "packages/begin.html",
        kinds=kinds,
        communes=[(one.id, one.name) for one in communes_seen(present())],
        cycle=cycle(),
        takes=actor().role in KEEPERS,
        signs=bool(house().exchange_keys),
        problem=problem,
    )


def _preview(
    name: str, digest: str, seal: str, package: object, lines: Sequence[PackageLine], *, problem: str = ""
) -> str:
    ordered = sorted(lines, key=lambda line: _FIRST.index(line.fate))
    wording = house().wording
    rows = [
        (
            line,
            _MARKS[line.fate],
            wording.say(f"package.fate.{line.fate.value}", rows=line.rows),
            [sentence(line.error)] if line.error is not None else [wording.say(code, **f) for code, f in line.notes],
        )
        for line in ordered
    ]
    return render_template(
        "packages/preview.html",
        name=name,
        digest=digest,
        seal=" ".join(seal[at : at + 8] for at in range(0, len(seal), 8)),
        package=package,
        rows=rows,
        wrong=sum(line.fate is Fate.WRONG for line in lines),
        writes=sum(line.rows > 0 for line in lines),
        problem=problem,
        key=new_key(),
    )
