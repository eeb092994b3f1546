"""An installation as its keepers see it: made, its clock kept, its journal proved. Joins storage for doors."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from workflow.bootstrap import House
from workflow.settings import Settings
from workflow.storage import checkpoint as checkpoints
from workflow.storage import codec, schema, verification
from workflow.storage.checkpoint import Checkpoint
from workflow.storage.verification import Verification

__all__ = ["Checkpoint", "Verification", "keep_present", "make", "verify_journal", "write_checkpoint"]


def make(settings: Settings, *, at: datetime, practice: bool) -> None:
    """A new database at the settings' address; a practice file's clock stands at ``at``.

    Raises Conflict ``database_exists``, Unavailable, InvalidInput ``database_url``.
    """
    schema.create(settings.database, at=at, practice=practice).close()


def keep_present(house: House) -> None:
    """A practice file's present is from now on what its clock shows."""
    house.database.put_meta({"now": str(codec.micros(house.clock.now()))})


def verify_journal(house: House, checkpoint: Path | None) -> Verification:
    """The proof that the journal is whole, compared with an outside checkpoint. InvalidInput ``checkpoint_invalid``."""
    known = None if checkpoint is None else checkpoints.read(checkpoint)
    return verification.verify(house.database, checkpoint=known)


def write_checkpoint(house: House, path: Path) -> Checkpoint:
    """A checkpoint of the journal, to be kept outside."""
    return verification.write_checkpoint(house.database, path, at=house.clock.now())
