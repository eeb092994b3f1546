"""An installation as its keepers see it: made, checked, proved, backed up, restored. Joins what doors may not touch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from workflow.bootstrap import House
from workflow.definitions import diagram, procedure, strict_json
from workflow.definitions.catalogue import shipped_kinds
from workflow.definitions.checks import Finding, MetaSchemas, loadable
from workflow.definitions.examiner import SEALED, Examiner
from workflow.definitions.sources import Sources
from workflow.definitions.strict_json import JsonRefused
from workflow.domain.errors import InvalidDocument, NotFound
from workflow.domain.kinds import DossierKind
from workflow.settings import DEFINITIONS, Settings
from workflow.storage import backup, orphans, schema, state_proof, verification
from workflow.storage import checkpoint as checkpoints
from workflow.storage import restore as restoring
from workflow.storage.archive import Manifest
from workflow.storage.checkpoint import Checkpoint
from workflow.storage.files import FileStore
from workflow.storage.restore import Restored
from workflow.storage.state_proof import StateProof
from workflow.storage.verification import Verification
from workflow.wording import Wording

__all__ = ["Checkpoint", "Finding", "Manifest", "Restored", "StateProof", "Verification"]


def make(settings: Settings, *, at: datetime, practice: bool) -> None:
    """A new database at the settings' address; a practice file's clock stands at ``at``.

    Raises Conflict ``database_exists``, Unavailable, InvalidInput ``database_url``.
    """
    schema.create(settings.database, at=at, practice=practice).close()


def upgrade(settings: Settings) -> list[str]:
    """Bring the database to the newest schema; the revisions that were applied. Raises Unavailable."""
    return schema.upgrade(settings.database)


# --- proofs ---------------------------------------------------------------------------------------------------------


def verify_journal(house: House, checkpoint: Path | None) -> Verification:
    """The proof that the journal is whole, compared with an outside checkpoint. InvalidInput ``checkpoint_invalid``."""
    known = None if checkpoint is None else checkpoints.read(checkpoint)
    return verification.verify(house.database, checkpoint=known)


def verify_state(house: House) -> StateProof:
    """The proof that everything stored is what the journal tells, files included."""
    return state_proof.verify_state(
        house.database,
        files=house.files,
        kind_of=lambda dossier: house.engine.kind_of(dossier, house.clock.now()),
        calendar=house.calendar(),
    )


def write_checkpoint(house: House, path: Path) -> Checkpoint:
    """A checkpoint of the journal, to be kept outside."""
    return verification.write_checkpoint(house.database, path, at=house.clock.now())


def remove_orphans(house: House, *, at: datetime) -> list[str]:
    """Remove files older than a day (by the machine's clock: ``at``) that nothing here names; their digests."""
    return orphans.remove_orphans(house.database, house.files, at=at)


# --- backups --------------------------------------------------------------------------------------------------------


def back_up(house: House, target: Path) -> Manifest:
    """One verified archive of database and files. Raises Conflict ``backup_exists``, Unavailable."""
    return backup.create_backup(house.database, house.files, target, at=house.clock.now())


def verify_backup(path: Path) -> Manifest:
    """Prove an archive without restoring it. Raises InvalidInput ``backup_damaged``."""
    return backup.verify_backup(path)


def restore(settings: Settings, path: Path, *, at: datetime, replace: bool, checkpoint: Path | None) -> Restored:
    """Put a proved archive in place of the settings' database, which is kept beside.

    Raises InvalidInput ``backup_damaged``, ``checkpoint_invalid``, Conflict ``database_exists``, ``database_in_use``,
    ``practice_over_real``, ``checkpoint_differs``.
    """
    files = FileStore.open(settings.files, max_bytes=settings.max_file_bytes)
    known = None if checkpoint is None else checkpoints.read(checkpoint)
    return restoring.restore(path, settings.database, files, at=at, replace=replace, checkpoint=known)


# --- definitions ----------------------------------------------------------------------------------------------------


def examine() -> dict[str, tuple[Finding, ...]]:
    """What the checker finds in every shipped kind, between them, and in the list of published versions."""
    return Examiner.from_folder(DEFINITIONS).shipped()


def seal(*, frozen: bool) -> dict[str, tuple[Finding, ...]]:
    """Write the list of published versions for what is shipped, unless the checker refuses a kind; what it found.

    ``frozen``: from now on no version in the list may change. Raises Conflict ``published_changed`` when one that was
    frozen before would.
    """
    examiner = Examiner.from_folder(DEFINITIONS)
    found = {place: items for place, items in examiner.shipped().items() if place != SEALED}
    if not any(item.refuses for items in found.values() for item in items):
        examiner.seal(frozen=frozen)
    return found


def examine_kind(path: Path) -> tuple[Finding, ...]:
    """What the checker finds in one kind.json. Raises InvalidDocument ``json_unreadable``."""
    return Examiner.from_folder(DEFINITIONS).kind(read_definition(path))


def check_publishable(body: Mapping[str, object]) -> None:
    """Raises KindInvalid with every finding that stands, when one of them keeps a kind from being published."""
    Examiner.from_folder(DEFINITIONS).publishable(body)


def read_definition(path: Path) -> Mapping[str, object]:
    """The JSON object in a file. Raises InvalidDocument ``json_unreadable``."""
    try:
        body = strict_json.read(path.read_bytes())
    except JsonRefused:
        raise InvalidDocument("json_unreadable", file=path.name) from None
    if not isinstance(body, dict):
        raise InvalidDocument("json_unreadable", file=path.name)
    return body


def shipped_kind(code: str, version: int | None) -> DossierKind:
    """A shipped kind, the newest where no version is named. Raises NotFound ``kind_not_found``, KindInvalid."""
    meta = MetaSchemas.from_folder(DEFINITIONS)
    found = [body for _, body in shipped_kinds(DEFINITIONS) if body.get("code") == code]
    kinds = [loadable(body, meta) for body in found if version is None or body.get("version") == version]
    if not kinds:
        raise NotFound("kind_not_found", kind=code)
    return max(kinds, key=lambda kind: kind.version)


def picture(kind: DossierKind, *, own: bool, whole: bool) -> str:
    """The kind as Mermaid text."""
    return diagram.mermaid(kind, own=own, whole=whole)


def procedure_text(kind: DossierKind, wording: Wording) -> str:
    """The kind as a procedure in plain Vietnamese (Markdown)."""
    sources = Sources.load(DEFINITIONS / "sources.json")
    return procedure.procedure(kind, wording, lambda citation: sources.cite(citation).label)
