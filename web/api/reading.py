"""Bodies of requests into the services' own input. Files come before: a ticket names what its owner has brought."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from web.access import actor
from workflow.domain.books import StoredFile
from workflow.domain.errors import InvalidInput
from workflow.domain.events import SignedPaper
from workflow.services.acts import ActInput, ActItem
from workflow.services.inputs import ItemInput, MoveInput, PaperInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from web.api.asked import ActIn, ItemIn, MoveIn, PaperIn, SignedIn

TICKET_SECONDS = 24 * 3600


def ticket_of(file: StoredFile) -> str:
    """What names a kept file in what is filed next: signed, for this person, for a day."""
    return str(_signer().dumps([actor().person_id, file.digest, file.name, file.media_type, file.size]))


def file_of(ticket: str) -> StoredFile:
    """The file behind a ticket. Raises ``InvalidInput`` ``file_ticket`` for anybody else's, an old or a made-up one."""
    try:
        who, digest, name, media_type, size = _signer().loads(ticket, max_age=TICKET_SECONDS)
    except (BadSignature, ValueError) as error:
        raise InvalidInput("file_ticket") from error
    if who != actor().person_id:
        raise InvalidInput("file_ticket")
    return StoredFile(digest, name, media_type, size)


def paper_of(paper: PaperIn) -> PaperInput:
    """A paper with its files."""
    raw = json.dumps(paper.document, ensure_ascii=False, allow_nan=False).encode()
    return PaperInput(raw, files_of(paper.files))


def papers_of(papers: Mapping[str, PaperIn]) -> dict[str, PaperInput]:
    """Papers by code."""
    return {code: paper_of(paper) for code, paper in papers.items()}


def files_of(tickets: Iterable[str]) -> tuple[StoredFile, ...]:
    """The files behind tickets, in their order."""
    return tuple(map(file_of, tickets))


def signed_of(signed: SignedIn | None) -> SignedPaper | None:
    """The signed paper with its scans."""
    return None if signed is None else signed_in(signed)


def signed_in(signed: SignedIn) -> SignedPaper:
    """A signed paper that must be there."""
    scans = tuple(file.digest for file in files_of(signed.files))
    return SignedPaper(signed.number, signed.date, signed.issuer, signed.signer_office, scans)


def items_of(items: Iterable[ItemIn]) -> tuple[ItemInput, ...]:
    """The things to mend."""
    return tuple(ItemInput(item.text, item.paper, item.path, item.source) for item in items)


def move_of(body: MoveIn, seen_version: int) -> MoveInput:
    """A step of one dossier."""
    return MoveInput(
        trigger=body.trigger,
        seen_version=seen_version,
        choice=body.choice,
        papers=papers_of(body.papers),
        signed=signed_of(body.signed),
        reason=body.reason,
        items=items_of(body.items),
        mode=body.mode,
        redo_to=body.redo_to,
        mend_by=body.mend_by,
        sent_at=body.sent_at,
    )


def act_of(body: ActIn) -> ActInput:
    """An act on many dossiers."""
    return ActInput(
        trigger=body.trigger,
        items=[ActItem(one.dossier, one.seen_version, one.choice, one.reason) for one in body.dossiers],
        papers=papers_of(body.papers),
        leave_out=frozenset(body.leave_out),
        reason=body.reason,
        returns=items_of(body.items),
        mode=body.mode,
        redo_to=body.redo_to,
        mend_by=body.mend_by,
        sent_at=body.sent_at,
        signed=signed_of(body.signed),
    )


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="a file brought through the api")
