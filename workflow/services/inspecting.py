"""Uploaded files are looked into before they are filed: what blocks is refused, what warns is told.

Reading a file is slow the first time, so a service reads ahead before its transaction begins; within it the answer is
at hand and nobody waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from workflow.domain.actors import Actor
from workflow.domain.books import StoredFile
from workflow.domain.errors import InvalidDocument, NotFound
from workflow.domain.events import SignedPaper
from workflow.domain.file_checks import Expected, FileFinding, Weight, judge
from workflow.domain.kinds import AttachmentRule
from workflow.domain.notes import keeps_internal
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork


def read_ahead(engine: Engine, files: Iterable[StoredFile]) -> None:
    """Have these files read before a transaction needs to know what they say."""
    if engine.inspector is not None:
        for file in files:
            engine.inspector.report(file)


def findings_of(
    engine: Engine,
    rule: AttachmentRule,
    files: Sequence[StoredFile],
    document: Mapping[str, object],
    *,
    signed: SignedPaper | None = None,
    elsewhere: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[FileFinding, ...]:
    """Everything there is to say about the files of one paper. ``elsewhere``: other dossiers by digest of a file."""
    if engine.inspector is None or not files:
        return ()
    said = [document.get("number"), signed.number if signed is not None else None]
    dated = [document.get("date"), signed.date if signed is not None else None]
    numbers, dates = (tuple(one for one in both if isinstance(one, str) and one) for both in (said, dated))
    found: list[FileFinding] = []
    for file in files:
        expected = Expected(numbers, dates, (elsewhere or {}).get(file.digest, ()))
        checks = engine.inspector.checks
        found += judge(file.name, engine.inspector.report(file), expected, checks, rule.files.checks)
    return tuple(found)


def refuse_scans(engine: Engine, signed: SignedPaper | None) -> None:
    """Raises ``InvalidDocument`` ``files_refused`` for scans of a signed paper in which something blocks."""
    if engine.inspector is None or signed is None:
        return
    expected = Expected((signed.number,), (signed.date,))
    for digest in signed.scans:
        refuse(judge(signed.number, engine.inspector.scan_report(digest), expected, engine.inspector.checks))


def refuse(findings: Iterable[FileFinding]) -> None:
    """Raises ``InvalidDocument`` ``files_refused`` with every finding that blocks."""
    blocking = tuple(one for one in findings if one.weight is Weight.BLOCKS)
    if blocking:
        raise InvalidDocument("files_refused", faults=blocking, count=len(blocking))


def elsewhere_of(uow: UnitOfWork, files: Iterable[StoredFile], dossier_id: str) -> dict[str, tuple[str, ...]]:
    """Other dossiers that hold the same files, by digest; files that stand nowhere else are left out."""
    found = {file.digest: uow.papers.used_elsewhere(file.digest, dossier_id=dossier_id) for file in files}
    return {digest: numbers for digest, numbers in found.items() if numbers}


class InspectionService:
    """Looking into files changes nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def look(
        self, actor: Actor, dossier_id: str, code: str, files: Sequence[StoredFile], document: Mapping[str, object]
    ) -> tuple[FileFinding, ...]:
        """What there is to say about these files of a paper, filed already or not yet. Raises ``NotFound``."""
        if not files:
            return ()
        read_ahead(self._engine, files)
        with self._engine.reading() as uow:
            dossier, kind = self._engine.load(uow, actor, dossier_id, self._engine.clock.now())
            rule = kind.attachments.get(code)
            if rule is None or (rule.internal and not keeps_internal(actor, self_judged=dossier.self_judged)):
                raise NotFound(paper=code)
            elsewhere = elsewhere_of(uow, files, dossier.id)
            return findings_of(self._engine, rule, files, document, elsewhere=elsewhere)
