"""What doors hand to the services: raw papers and words, before anything is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from workflow.domain import events as ev
from workflow.domain.books import StoredFile
from workflow.domain.errors import InvalidDocument, InvalidInput
from workflow.domain.filing import is_coded
from workflow.domain.guards import Supplied
from workflow.domain.kinds import AttachmentRule, DossierKind, ReturnMode
from workflow.services.engine import Engine
from workflow.services.inspecting import findings_of, refuse
from workflow.services.ports import UnitOfWork

MAX_DRAFT_BYTES = 1024 * 1024
"""An unfinished paper is at most this long."""


@dataclass(frozen=True, slots=True)
class PaperInput:
    """A paper as it comes in: the raw JSON bytes and the files already kept by digest."""

    raw: bytes
    files: tuple[StoredFile, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemInput:
    """One thing to mend, in the returner's words; ``paper`` and ``path`` name the place where there is one."""

    text: str
    paper: str | None = None
    path: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class MoveInput:
    """A move as asked for at a door. ``seen_version`` is the version the person saw when deciding."""

    trigger: str
    seen_version: int
    choice: str | None = None
    papers: Mapping[str, PaperInput] = field(default_factory=dict)
    signed: ev.SignedPaper | None = None
    reason: str | None = None
    items: Sequence[ItemInput] = ()
    mode: ReturnMode | None = None
    redo_to: str | None = None
    mend_by: datetime | None = None
    sent_at: datetime | None = None


def read_papers(
    engine: Engine, kind: DossierKind, trigger: str, papers: Mapping[str, PaperInput]
) -> dict[str, tuple[AttachmentRule, dict[str, object], PaperInput]]:
    """The papers that come with a move, validated; raises for a paper that does not belong to it."""
    found: dict[str, tuple[AttachmentRule, dict[str, object], PaperInput]] = {}
    for code, paper in papers.items():
        rule = kind.attachments.get(code)
        if rule is None or trigger not in rule.with_acts:
            raise InvalidInput("paper_not_of_move", paper=code, trigger=trigger)
        document = engine.papers.validate(rule.schema_id, paper.raw)
        check_files(rule, paper.files)
        refuse(findings_of(engine, rule, paper.files, document))
        found[code] = (rule, document, paper)
    return found


def check_draft(document: bytes) -> None:
    """Raises ``InvalidDocument`` for what is no JSON object of at most ``MAX_DRAFT_BYTES``."""
    if len(document) > MAX_DRAFT_BYTES:
        raise InvalidDocument("json.too_large", limit=MAX_DRAFT_BYTES, size=len(document))
    try:
        value = json.loads(document)
    except json.JSONDecodeError as error:
        raise InvalidDocument("json.malformed", line=error.lineno, column=error.colno) from None
    except (UnicodeDecodeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise InvalidDocument("json.malformed", line=1, column=1)


def check_files(rule: AttachmentRule, files: Sequence[StoredFile]) -> None:
    """Raises ``InvalidDocument`` when files are too many, too large, of a wrong type or missing."""
    if rule.files.required and not files:
        raise InvalidDocument("file_required", paper=rule.label)
    if len(files) > rule.files.max_files:
        raise InvalidDocument("too_many_files", paper=rule.label, limit=rule.files.max_files)
    for file in files:
        if file.size > rule.files.max_bytes:
            raise InvalidDocument("file_too_large", file=file.name, size=file.size, limit=rule.files.max_bytes)
        if file.type not in rule.files.types:
            raise InvalidDocument("file_type", file=file.name, types=", ".join(rule.files.types))


def reference(
    engine: Engine,
    rule: AttachmentRule,
    document: Mapping[str, object],
    files: Sequence[StoredFile],
    *,
    version: int,
    act_id: str | None = None,
    paper_id: str | None = None,
) -> tuple[ev.PaperRef, bytes]:
    """The reference of a version about to be kept, and its canonical bytes."""
    content = engine.papers.canonical(document)
    facts = {name: document[name] for name in ("date", "number") if isinstance(document.get(name), str)}
    if is_coded(document.get("conclusion")):
        facts["conclusion"] = document["conclusion"]
    ref = ev.PaperRef(
        id=paper_id or engine.new_id(),
        code=rule.code,
        version=version,
        digest=hashlib.sha256(content).hexdigest(),
        schema_id=rule.schema_id,
        files=tuple(file.digest for file in files),
        act_id=act_id,
        facts=facts,
    )
    return ref, content


def signed_by_act(kind: DossierKind, trigger: str, supplied: Mapping[str, Supplied]) -> ev.SignedPaper | None:
    """An act's own paper is the signed paper its step is entered from.

    Of several it is the one that lists the dossiers: a proposal that comes along is nobody's decision.
    """
    listing = _listing(kind, trigger) & supplied.keys() if len(supplied) > 1 else set()
    for paper in [supplied[code] for code in sorted(listing)] or supplied.values():
        fields = [paper.document.get(name) for name in ("number", "date", "issuer", "signer_office")]
        if all(isinstance(value, str) for value in fields):
            number, date, issuer, signer = (str(value) for value in fields)
            return ev.SignedPaper(number, date, issuer, signer, paper.ref.files)
    return None


def _listing(kind: DossierKind, trigger: str) -> set[str]:
    """Papers in which an act of this trigger lists its dossiers."""
    uses = (use for t in kind.transitions if t.trigger == trigger for use in t.guards)
    return {str(use.params["paper"]) for use in uses if use.name == "listed"}


def check_sent(sent_at: datetime | None, at: datetime) -> None:
    """Raises ``InvalidInput`` for a paper that is said to have been sent after it was received."""
    if sent_at is not None and sent_at > at:
        raise InvalidInput("sent_after_received", sent_at=sent_at)


def keep_items(uow: UnitOfWork, items: Sequence[ItemInput], dossier_id: str) -> tuple[ev.ReturnItem, ...]:
    """Return items with their words kept outside the journal; an item without words is refused."""
    kept = []
    for item in items:
        if not item.text.strip():
            raise InvalidInput("return_item_empty", paper=item.paper)
        text = uow.texts.put(item.text.strip(), dossier_id=dossier_id)
        kept.append(ev.ReturnItem(text, item.paper, item.path, item.source))
    return tuple(kept)


def keep_reason(uow: UnitOfWork, reason: str | None, dossier_id: str | None) -> ev.TextRef | None:
    """A reason kept outside the journal, or None when none was given."""
    return uow.texts.put(reason.strip(), dossier_id=dossier_id) if reason and reason.strip() else None
