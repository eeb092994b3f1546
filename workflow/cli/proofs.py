"""Commands that prove and keep safe: verify-journal, checkpoint, backup, verify-backup, restore."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from workflow import installation
from workflow.cli.door import Door, reads, tends
from workflow.cli.exit_codes import REFUSED
from workflow.cli.output import facts, plain, table, working
from workflow.cli.speech import event_words, say
from workflow.cli.values import EXISTING_FILE, NEW_FILE
from workflow.clock import SystemClock
from workflow.installation import Manifest, Restored, StateProof, Verification

_DIGEST = 12


@reads
@click.option("--checkpoint", type=EXISTING_FILE)
@click.option("--chain-only", is_flag=True)
def verify_journal(door: Door, *, checkpoint: Path | None, chain_only: bool) -> int:
    """Prove that the journal is whole and that all that is stored is what it tells; the first bad row is named."""
    with working(say("cli.progress.verifying")):
        chain = installation.verify_journal(door.house, checkpoint)
        state = None if chain_only else installation.verify_state(door.house)
    ok = chain.ok and (state is None or state.ok)
    data = {
        "ok": ok,
        "rows": chain.rows,
        "streams": chain.streams,
        "bad": plain(chain.bad),
        "checkpoint": None if chain.checkpoint is None else plain(chain.checkpoint.at),
        "state": None if state is None else plain(state),
    }
    door.tell(data, [*_chain_lines(chain), *([] if state is None else _state_lines(state))])
    return 0 if ok else REFUSED


def _chain_lines(found: Verification) -> Iterator[str]:
    if found.ok:
        yield say("cli.journal.whole", rows=found.rows, streams=found.streams)
    else:
        yield say("cli.journal.broken", count=len(found.bad))
    for bad in found.bad:
        position = str(bad.position) if bad.position is not None else "-"
        yield say(f"cli.journal.bad.{bad.what}", stream=bad.stream, seq=str(bad.seq), position=position)
    if found.checkpoint is not None and found.ok:
        yield say("cli.journal.compared", at=found.checkpoint.at)


def _state_lines(state: StateProof) -> Iterator[str]:
    if state.ok:
        counts = {"dossiers": state.dossiers, "papers": state.papers, "files": state.files}
        yield say("cli.state.whole", **counts)
        return
    yield say("cli.state.broken", count=len(state.faults))
    for fault in state.faults:
        yield say(f"cli.state.fault.{fault.what}", where=fault.where, detail=fault.detail)


@reads
@click.option("--output", type=NEW_FILE, required=True)
def checkpoint(door: Door, *, output: Path) -> None:
    """Write how far the journal has come, to be kept outside."""
    made = installation.write_checkpoint(door.house, output)
    file, position = str(output), str(made.position)
    data = {"file": file, "at": plain(made.at), "position": made.position, "rows": made.rows, "digest": made.digest}
    door.tell(data, [say("cli.checkpoint.written", file=file, position=position, digest=made.digest)])


# --- backups --------------------------------------------------------------------------------------------------------


@reads
@click.argument("file", type=NEW_FILE)
def backup(door: Door, *, file: Path) -> None:
    """Write one archive of database and files, and prove it."""
    with working(say("cli.progress.backing_up")):
        manifest = installation.back_up(door.house, file)
    data = {"file": str(file), **_manifest_data(manifest)}
    door.tell(data, [say("cli.backup.written", file=str(file)), *_manifest_lines(manifest)])


@reads
@click.argument("file", type=EXISTING_FILE)
def verify_backup(door: Door, *, file: Path) -> None:
    """Prove an archive without restoring it."""
    with working(say("cli.progress.restoring")):
        manifest = installation.verify_backup(file)
    door.tell({"file": str(file), **_manifest_data(manifest)}, [say("cli.backup.whole"), *_manifest_lines(manifest)])


@tends
@click.argument("file", type=EXISTING_FILE)
@click.option("--replace", is_flag=True)
@click.option("--checkpoint", type=EXISTING_FILE)
def restore(door: Door, *, file: Path, replace: bool, checkpoint: Path | None) -> None:
    """Put an archive in place once it is proved; what happened since is named."""
    door.nothing_kept()
    with working(say("cli.progress.restoring")):
        restored = installation.restore(
            door.settings, file, at=SystemClock().now(), replace=replace, checkpoint=checkpoint
        )
    data = {
        **_manifest_data(restored.manifest),
        "missing": plain(restored.missing),
        "unseen": restored.unseen,
        "previous": restored.previous,
    }
    door.tell(data, _restored_lines(restored))


def _manifest_data(manifest: Manifest) -> dict[str, object]:
    return {
        "at": plain(manifest.at),
        "make": manifest.make,
        "practice": manifest.practice,
        "position": manifest.position,
        "rows": manifest.rows,
        "streams": manifest.streams,
        "digest": manifest.digest,
        "dossiers": manifest.dossiers,
        "files": len(manifest.files),
        "size": manifest.size,
        "bad": list(manifest.bad),
        "missing_files": list(manifest.missing_files),
    }


def _manifest_lines(manifest: Manifest) -> Iterator[str]:
    yield from facts(
        (
            (say("cli.backup.at"), say("cli.moment", at=manifest.at)),
            (say("cli.backup.dossiers"), manifest.dossiers),
            (say("cli.backup.files"), len(manifest.files)),
            (say("cli.backup.position"), manifest.position),
            (say("cli.backup.digest"), manifest.digest[:_DIGEST]),
        )
    )
    if manifest.bad:
        yield say("cli.backup.bad", count=len(manifest.bad))
    if manifest.missing_files:
        yield say("cli.backup.missing_files", count=len(manifest.missing_files))


def _restored_lines(restored: Restored) -> Iterator[str]:
    yield say("cli.restored", at=restored.manifest.at, position=str(restored.manifest.position))
    if restored.previous is not None:
        yield say("cli.restored.previous", previous=restored.previous)
    if restored.missing is None:
        yield say("cli.restored.unknown")
    elif restored.missing:
        yield say("cli.restored.missing", count=len(restored.missing))
        heads = [say(f"cli.head.{code}") for code in ("journal", "at", "event")]
        yield from table(
            heads, [(row.position, say("cli.moment", at=row.at), event_words(row.event)) for row in restored.missing]
        )
    if restored.unseen:
        yield say("cli.restored.unseen", count=restored.unseen)


COMMANDS = (verify_journal, checkpoint, backup, verify_backup, restore)
