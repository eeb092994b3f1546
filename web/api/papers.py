"""Papers and their files: brought, filed, read; a file is only ever a download."""

from __future__ import annotations

from contextlib import closing
from io import BytesIO

from flask import Response, send_file
from flask_openapi.models.file import FileStorage
from pydantic import ConfigDict, Field
from werkzeug.datastructures import FileStorage as Sent
from werkzeug.wrappers import Response as AnyResponse

from web.access import EVERY_ROLE, actor, only, signed_in
from web.api.answered_dossiers import PaperDocument, PaperList, ReceiptOut, Uploaded
from web.api.asked import Asked, FilePaperIn, Formed, Matching, OfCode, OfDossier, OfFile, OfPaper
from web.api.blueprint import PREFIX, resource
from web.api.door import key, keyed, scoped, seen_version, uploads
from web.api.reading import paper_of, signed_of, ticket_of
from web.api.told import receipt_data, tell
from web.context import house
from web.dossier.inert import inert, send_inert
from web.dossier.sight import Sight, see
from web.uploads import keep_files
from workflow.domain.actors import Role
from workflow.domain.errors import InvalidDocument, NotFound
from workflow.domain.tokens import TokenScope
from workflow.printing.filed import filed_paper
from workflow.printing.files import TYPES, paper_file
from workflow.printing.surroundings import Surroundings
from workflow.telling.dossiers import Shown, paper_data
from workflow.telling.values import plain

FILERS = tuple(EVERY_ROLE - {Role.ADMIN})

papers = resource("papers", "Papers: documents held to a schema, with their files.")


class UploadIn(Formed):
    """A file to bring, as a part of a form."""

    model_config = ConfigDict(extra="forbid")
    file: FileStorage


class PrintQuery(Asked):
    """As what to print."""

    type: str = Field("pdf", pattern="^(pdf|docx)$")


@papers.post("/files", responses={201: Uploaded})
@only(*FILERS)
@scoped(TokenScope.FILE)
@uploads
def upload(form: UploadIn) -> Response:
    """Bring a file; what is filed next names it by the ticket.

    The same bytes are kept once, however often they come. A file that nothing names is removed after a day.
    """
    if not isinstance(form.file, Sent):
        raise InvalidDocument("file_empty", name="")
    with closing(form.file):
        kept = keep_files([form.file])
    if not kept:
        raise InvalidDocument("file_empty", name="")
    return tell({"ticket": ticket_of(kept[0]), **_plain(kept[0])}, 201)


def _plain(file: object) -> dict[str, object]:
    told = plain(file)
    return dict(told) if isinstance(told, dict) else {}


@papers.get("/dossiers/<dossier_id>/papers", responses={200: PaperList})
@signed_in
@scoped(TokenScope.READ)
def listing(path: OfDossier) -> Response:
    """Every filed version that the reader sees, oldest first."""
    shown = _shown(see(path.dossier_id))
    return tell({"items": [paper_data(shown, filed) for filed in shown.papers]}, version=shown.dossier.version)


@papers.get("/dossiers/<dossier_id>/papers/<code>/<int:version>", responses={200: PaperDocument})
@signed_in
@scoped(TokenScope.READ)
def one(path: OfPaper) -> Response:
    """A filed version with what stands in it."""
    shown = _shown(see(path.dossier_id))
    for filed in shown.papers:
        if (filed.paper.code, filed.paper.version) == (path.code, path.version):
            document = house().looks.document(actor(), path.dossier_id, filed.paper.id)
            return tell({**paper_data(shown, filed), "document": document})
    raise NotFound


@papers.post("/dossiers/<dossier_id>/papers/<code>", responses={201: ReceiptOut})
@only(*FILERS)
@scoped(TokenScope.FILE)
@keyed
def file(path: OfCode, header: Matching, body: FilePaperIn) -> Response:
    """File one version of a paper: a document that its schema accepts, with its files."""
    del header
    receipt = house().dossiers.file_paper(
        actor(),
        path.dossier_id,
        path.code,
        paper_of(body),
        seen_version=seen_version(body.seen_version),
        signed=signed_of(body.signed),
        key=key(),
    )
    place = f"{PREFIX}/dossiers/{receipt.dossier_id}/papers"
    return tell(receipt_data(receipt), 201, version=receipt.version, place=place)


_BYTES = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


@papers.get("/dossiers/<dossier_id>/files/<digest>", responses={200: _BYTES})
@inert
@signed_in
@scoped(TokenScope.READ)
def download(path: OfFile) -> AnyResponse:
    """A file of a paper that the reader sees, as an attachment of no known type."""
    known = {one.digest: one for files in see(path.dossier_id).record.files.values() for one in files}
    if path.digest not in known:
        raise NotFound
    return send_inert(house().files.get(path.digest), known[path.digest].name)


_PRINTED = {"content": {media: {"schema": {"type": "string", "format": "binary"}} for media in TYPES.values()}}


@papers.get("/dossiers/<dossier_id>/papers/<code>/<int:version>/print", responses={200: _PRINTED})
@signed_in
@scoped(TokenScope.READ)
def printed(path: OfPaper, query: PrintQuery) -> AnyResponse:
    """A filed version printed into the official frame; what is missing on it is visible, never made up."""
    around = Surroundings.of(house(), actor(), path.dossier_id)
    body, name = paper_file(house(), filed_paper(around, path.code, path.version), query.type)
    return send_file(BytesIO(body), mimetype=TYPES[query.type], as_attachment=True, download_name=name)


def _shown(sight: Sight) -> Shown:
    return Shown(sight.dossier, sight.kind, sight.record, sight.calendar, sight.look.hidden)
