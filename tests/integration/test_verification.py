"""No past entry can be changed unnoticed, and what is stored is what the journal tells; on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import orjson
import pytest

from tests.support import tampering
from tests.support.dossiers import KIND, POLICE, START, keep_move, keep_new
from tests.support.kinds import CALENDAR
from tests.support.tampered import PDF, fill, random_tamperings
from tests.support.tampering import COLUMNS, Tamperer
from workflow.domain.books import BooksEvent
from workflow.domain.errors import InvalidInput
from workflow.storage import checkpoint as checkpoints
from workflow.storage import journal, state_proof, verification
from workflow.storage.checkpoint import Head
from workflow.storage.database import Database
from workflow.storage.files import FileStore
from workflow.storage.state_proof import StateProof, verify_state
from workflow.storage.statements import SqlConnection
from workflow.storage.tables import DOSSIER
from workflow.storage.unit_of_work import SqlUnitOfWork
from workflow.storage.verification import BadRow, Verification, heads_until, verify, write_checkpoint

BODY_OF_FIRST = "(SELECT body FROM dossier WHERE id = 'd-1')"
APPRAISED = "tinh/small/2026/xa/appraised"


@pytest.fixture
def files() -> FileStore:
    return FileStore.open("memory:")


@pytest.fixture
def filled(database: Database, files: FileStore) -> Database:
    fill(database, files)
    return database


@pytest.fixture
def tamperer(filled: Database) -> Iterator[Tamperer]:
    working = Tamperer(filled)
    yield working
    working.close()


# --- the chain -----------------------------------------------------------------------------------


def test_a_whole_journal_is_whole(filled: Database) -> None:
    found = verify(filled)
    assert found == Verification(rows=21, streams=4, bad=())
    assert found.ok
    assert found.first_bad is None


def test_an_empty_journal_is_whole(database: Database, tmp_path: Path) -> None:
    assert verify(database) == Verification(0, 0, ())
    checkpoint = write_checkpoint(database, tmp_path / "c.json", at=START)
    assert verify(database, checkpoint=checkpoint).ok


def unnoticed_edits(database: Database, tamperer: Tamperer) -> list[str]:
    """Columns that can be edited without being found at the very row that was edited."""
    missed = []
    for column in COLUMNS:
        place = 5
        tamperer.write(tampering.edit(tamperer.original, place, column))
        edited = tamperer.original[place]
        first = verify(database).first_bad
        if first is None or (
            column not in {"stream", "seq"} and (first.stream, first.seq) != (edited["stream"], edited["seq"])
        ):
            missed.append(column)
        tamperer.restore()
    return missed


def test_an_edit_of_any_column_is_found_where_it_is(filled: Database, tamperer: Tamperer) -> None:
    assert unnoticed_edits(filled, tamperer) == []
    assert verify(filled).ok


def test_a_verification_blind_to_a_column_is_noticed(
    database: Database, files: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault leaves ``door`` out of the hash, when writing and when verifying."""
    blind = COLUMNS.index("door")
    monkeypatch.setattr(journal, "HASHED", tuple(name for name in COLUMNS if name != "door"))
    dumps = orjson.dumps
    monkeypatch.setattr(
        verification, "orjson", SimpleNamespace(dumps=lambda row: dumps(row[:blind] + row[blind + 1 :]))
    )
    fill(database, files)
    tamperer = Tamperer(database)
    assert unnoticed_edits(database, tamperer) == ["door"]
    tamperer.close()


def test_a_hash_that_fits_the_edit_breaks_the_next_link(filled: Database, tamperer: Tamperer) -> None:
    rows = tampering.edit(tamperer.original, 4)
    tamperer.write([tampering.rehash(row) if place == 4 else row for place, row in enumerate(rows)])
    expected = tamperer.original[5]
    assert verify(filled).bad[0] == BadRow(expected["stream"], expected["seq"], "prev", expected["position"])


@pytest.mark.parametrize(
    ("change", "what"),
    [("delete", "seq"), ("insert", "prev"), ("swap", "prev"), ("cut_tail", "head"), ("rewrite", "head")],
)
def test_what_was_done_is_said(filled: Database, tamperer: Tamperer, change: str, what: str) -> None:
    place = next(i for i, row in enumerate(tamperer.original) if (row["stream"], row["seq"]) == ("dossier:d-2", 3))
    tamperer.write(tampering.CHANGES[change](tamperer.original, place))
    first = verify(filled).first_bad
    assert first is not None
    assert (first.stream, first.what) == ("dossier:d-2", what)


def test_rows_put_in_another_order_of_numbers_are_found(filled: Database, tamperer: Tamperer) -> None:
    one, two = tamperer.original[4], tamperer.original[5]
    changed = [one | {"position": two["position"]}, two | {"position": one["position"]}]
    tamperer.write([*tamperer.original[:4], *changed, *tamperer.original[6:]])
    first = verify(filled).first_bad
    assert first is not None
    assert first.what == "order"


def test_a_stream_without_its_dossier_and_a_dossier_without_its_stream_are_found(
    filled: Database, tamperer: Tamperer
) -> None:
    tamperer.write([row for row in tamperer.original if row["stream"] != "dossier:d-2"])
    assert verify(filled).bad == (BadRow("dossier:d-2", 1, "head"),)
    tamperer.write(tamperer.original + [tampering.rehash(row | {"stream": "dossier:x", "position": 900 + row["seq"]})
                                        for row in tamperer.original if row["stream"] == "books:tinh"])  # fmt: skip
    assert {(bad.stream, bad.what) for bad in verify(filled).bad} == {("dossier:x", "prev"), ("dossier:x", "stream")}


def test_random_tamperings_are_all_found_and_named(filled: Database, tamperer: Tamperer) -> None:
    assert random_tamperings(filled, tamperer, 60, seed=20260117) == []
    assert verify(filled).ok


def test_a_proof_of_state_blind_to_a_table_is_noticed_by_random_tamperings(
    filled: Database, tamperer: Tamperer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault never reads the texts."""
    monkeypatch.setattr(state_proof, "_compare_texts", lambda _proof, _connection: None)
    missed = random_tamperings(filled, tamperer, 60, seed=20260117)
    assert missed
    assert all(one.startswith("free_text.") for one in missed)


def test_a_chain_that_nobody_holds_to_its_end_is_noticed_by_random_tamperings(
    filled: Database, tamperer: Tamperer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault believes that every stream ends where its rows end."""

    def ends(connection: SqlConnection) -> Iterator[Head]:
        return heads_until(connection, 1_000_000)

    monkeypatch.setattr(verification, "_heads", ends)
    missed = random_tamperings(filled, tamperer, 60, seed=20260117)
    assert {one.partition(" ")[0] for one in missed} >= {"cut_tail", "rewrite"}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_thousand_random_tamperings_are_all_found_and_named(filled: Database, tamperer: Tamperer) -> None:
    assert random_tamperings(filled, tamperer, 1_000, seed=20260118) == []


def test_some_streams_can_be_read_alone(filled: Database, tamperer: Tamperer) -> None:
    assert verify(filled, streams=["dossier:d-1", "books:tinh", "dossier:none"]) == Verification(9, 2, ())
    place = next(i for i, row in enumerate(tamperer.original) if row["stream"] == "dossier:d-2")
    tamperer.write(tampering.edit(tamperer.original, place))
    assert verify(filled, streams=["dossier:d-1"]).ok
    assert not verify(filled, streams=["dossier:d-2"]).ok


# --- an outside checkpoint -----------------------------------------------------------------------


def cover_up(tamperer: Tamperer, stream: str) -> None:
    """Make the dossier's own row agree with what the journal now says."""
    last = [row for row in tamperer.rows() if row["stream"] == stream][-1]
    tamperer.execute("UPDATE dossier SET version = ?, journal_head = ? WHERE id = ?", last["seq"], last["hash"],
                     stream.partition(":")[2])  # fmt: skip


@pytest.mark.parametrize("change", ["cut_tail", "rewrite"])
@pytest.mark.parametrize("with_list", [True, False])
def test_only_a_checkpoint_finds_a_cover_up(
    filled: Database, tamperer: Tamperer, tmp_path: Path, change: str, with_list: bool
) -> None:
    path = tmp_path / "checkpoint.json"
    write_checkpoint(filled, path, at=START)
    if not with_list:
        checkpoints.heads_file_of(path).unlink()
    checkpoint = checkpoints.read(path)
    with SqlUnitOfWork(filled) as uow:
        keep_new(uow, 9, subject_id="org-9")
        uow.commit()
    assert verify(filled, checkpoint=checkpoint).ok
    place = next(i for i, row in enumerate(tamperer.original) if (row["stream"], row["seq"]) == ("dossier:d-2", 4))
    tamperer.write(tampering.CHANGES[change](tamperer.rows(), place))
    cover_up(tamperer, "dossier:d-2")
    assert verify(filled).ok, "a bare chain cannot know"
    first = verify(filled, checkpoint=checkpoint).first_bad
    assert first == BadRow(*(("dossier:d-2", 6) if with_list else ("", 0)), "checkpoint")


def test_a_dossier_that_vanished_whole_is_found_by_the_checkpoint(
    filled: Database, tamperer: Tamperer, tmp_path: Path
) -> None:
    checkpoint = write_checkpoint(filled, tmp_path / "c.json", at=START)
    tamperer.write([row for row in tamperer.original if row["stream"] != "dossier:d-3"])
    for table, key in (
        ("paper_file", "dossier_id"),
        ("paper", "dossier_id"),
        ("claim", "dossier_id"),
        ("dossier", "id"),
    ):
        if table == "paper_file":
            tamperer.execute("DELETE FROM paper_file WHERE paper_id = 'paper-3'")
        else:
            tamperer.execute(f"DELETE FROM {table} WHERE {key} = 'd-3'")
    assert verify(filled).ok
    assert verify(filled, checkpoint=checkpoint).bad == (BadRow("dossier:d-3", 6, "checkpoint"),)


def test_rows_written_since_the_checkpoint_are_no_fault(filled: Database, tmp_path: Path) -> None:
    checkpoint = write_checkpoint(filled, tmp_path / "c.json", at=START)
    assert (checkpoint.rows, checkpoint.streams, checkpoint.position) == (21, 4, 21)
    with SqlUnitOfWork(filled) as uow:
        keep_move(uow, uow.dossiers.get("d-3"), "reopen")
        uow.journal.append_books("khac", [BooksEvent("Changed", {})], POLICE, START)
        uow.commit()
    found = verify(filled, checkpoint=checkpoint)
    assert found.ok
    assert found.rows == 23


def test_a_damaged_checkpoint_is_refused(filled: Database, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    write_checkpoint(filled, path, at=START)
    assert checkpoints.read(path) == write_checkpoint(filled, path, at=START)
    whole, heads = path.read_bytes(), checkpoints.heads_file_of(path).read_bytes()
    for damaged in (b"", b"{}", whole.replace(b'"format": 1', b'"format": 2'), whole.replace(b"digest", b"digests")):
        path.write_bytes(damaged)
        with pytest.raises(InvalidInput) as caught:
            checkpoints.read(path)
        assert caught.value.code == "checkpoint_invalid"
    path.write_bytes(whole)
    for position in range(10, len(heads), 40):
        flipped = bytearray(heads)
        flipped[position] ^= 1
        checkpoints.heads_file_of(path).write_bytes(flipped)
        with pytest.raises(InvalidInput):
            checkpoints.read(path)


def test_a_checkpoint_speaks_of_the_whole_journal(filled: Database, tmp_path: Path) -> None:
    checkpoint = write_checkpoint(filled, tmp_path / "c.json", at=START)
    with pytest.raises(ValueError, match="whole journal"):
        verify(filled, checkpoint=checkpoint, streams=["dossier:d-1"])


# --- what is stored ------------------------------------------------------------------------------


def proof(database: Database, files: FileStore) -> StateProof:
    return verify_state(database, files=files, kind_of=lambda _dossier: KIND, calendar=CALENDAR)


def faults(database: Database, files: FileStore) -> list[tuple[str, str, str]]:
    return [(fault.where, fault.what, fault.detail) for fault in proof(database, files).faults]


def test_everything_stored_is_what_the_journal_tells(filled: Database, files: FileStore) -> None:
    found = proof(filled, files)
    assert found.faults == []
    assert (found.dossiers, found.papers, found.texts, found.files) == (3, 3, 3, 1)


def test_a_column_that_says_otherwise_is_found(filled: Database, files: FileStore, tamperer: Tamperer) -> None:
    """Every column but the id, and what the chain itself holds (``version``, ``journal_head``, the body)."""
    missed = []
    for column in sorted(set(DOSSIER.c.keys()) - {"id", "version", "journal_head", "body"}):
        value = tamperer.execute(f"SELECT {column} FROM dossier WHERE id = 'd-2'").fetchone()[0]
        set_column = f"UPDATE dossier SET {column} = ? WHERE id = 'd-2'"
        tamperer.execute(set_column, tampering.other_value(value))
        if ("d-2", "column", column) not in faults(filled, files):
            missed.append(column)
        tamperer.execute(set_column, value)
    assert missed == []
    assert proof(filled, files).ok


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        (f"UPDATE dossier SET body = {BODY_OF_FIRST} WHERE id = 'd-2'", ("d-2", "aggregate", "id")),
        ("UPDATE dossier SET body = {nothing} WHERE id = 'd-2'", ("d-2", "unreadable", "error")),
        (f"UPDATE paper SET body = {BODY_OF_FIRST} WHERE id = 'paper-2'", ("paper-2", "paper", "body")),
        ("UPDATE paper SET body = {nothing} WHERE id = 'paper-2'", ("paper-2", "paper", "body")),
        ("UPDATE paper SET version = 2 WHERE id = 'paper-2'", ("paper-2", "paper", "row")),
        ("DELETE FROM paper_file WHERE paper_id = 'paper-2'", ("paper-2", "paper", "files")),
        ("UPDATE free_text SET body = 'another' WHERE body = 'text 2'", None),
        ("UPDATE tally SET dossiers = 5 WHERE state = 'appraised'", (APPRAISED, "tally", "5 != 2")),
        ("DELETE FROM claim WHERE dossier_id = 'd-2'", ("d-2", "claim", "")),
    ],
)  # fmt: skip
def test_other_changes_are_found(
    filled: Database, files: FileStore, tamperer: Tamperer, sql: str, fault: tuple[str, str, str] | None
) -> None:
    tamperer.execute(sql.format(nothing="x'00'" if tamperer.make == "sqlite" else r"'\x00'::bytea"))
    found = faults(filled, files)
    if fault is None:
        assert [what for _where, what, _detail in found] == ["text"]
    else:
        assert fault in found


def test_a_claim_of_a_void_dossier_is_found(filled: Database, files: FileStore, tamperer: Tamperer) -> None:
    tamperer.execute("UPDATE claim SET dossier_id = 'd-3' WHERE dossier_id = 'd-2'")
    assert sorted(faults(filled, files)) == [("d-2", "claim", ""), ("d-3", "claim", "")]


def test_missing_paper_missing_dossier_and_missing_journal_are_found(
    filled: Database, files: FileStore, tamperer: Tamperer
) -> None:
    tamperer.write([row for row in tamperer.original if row["stream"] != "dossier:d-1"])
    tamperer.execute("DELETE FROM paper_file WHERE paper_id IN ('paper-2', 'paper-3')")
    tamperer.execute("DELETE FROM paper WHERE id IN ('paper-2', 'paper-3')")
    tamperer.execute("DELETE FROM claim WHERE dossier_id = 'd-3'")
    tamperer.execute("DELETE FROM dossier WHERE id = 'd-3'")
    tamperer.execute("DELETE FROM tally WHERE state = 'withdrawn'")
    assert faults(filled, files) == [
        ("d-1", "aggregate", "no journal"),
        ("paper-2", "paper_missing", "plan"),
        ("d-3", "dossier_missing", ""),
    ]


def test_files_missing_or_damaged_are_found(filled: Database, files: FileStore, tmp_path: Path) -> None:
    assert faults(filled, FileStore.open("memory:")) == [(files_digest(files), "file_missing", "")]
    local = FileStore.open(f"file:{tmp_path / 'files'}")
    stored = local.put(PDF, name="scan.pdf")
    assert faults(filled, local) == []
    place = tmp_path / "files" / stored.digest[:2] / stored.digest[2:4] / stored.digest
    place.write_bytes(PDF + b" ")
    assert faults(filled, local) == [(stored.digest, "file_damaged", "")]


def test_a_scan_that_a_step_was_entered_from_must_be_there(database: Database, files: FileStore) -> None:
    scan = files.put(PDF + b"% scan", name="scan.pdf").digest
    with SqlUnitOfWork(database) as uow:
        keep_move(uow, keep_move(uow, keep_new(uow), "register"), "submit", scans=(scan,))
        uow.commit()
    assert proof(database, files).files == 1
    assert faults(database, files) == []
    files.remove(scan)
    assert faults(database, files) == [(scan, "file_missing", "")]


def files_digest(files: FileStore) -> str:
    (kept,) = files.listing()
    return kept.digest


def test_due_columns_are_written_anew_when_the_calendar_changes(filled: Database, files: FileStore) -> None:
    from datetime import timedelta

    from workflow.domain.calendars import WorkingCalendar

    holidays = {(START + timedelta(days=n)).date(): "Tết" for n in range(1, 30)}
    calendar = WorkingCalendar(holidays, {}, frozenset())
    renewed: Callable[[], StateProof] = lambda: verify_state(filled, calendar=calendar)  # noqa: E731
    assert {fault.detail for fault in renewed().faults} == {"due_at"}
    with SqlUnitOfWork(filled) as uow:
        assert uow.dossiers.refresh_due(province_id="tinh", calendar=calendar) == 2
        assert uow.dossiers.refresh_due(province_id="tinh", calendar=calendar) == 0
        uow.commit()
    assert renewed().ok
    assert not proof(filled, files).ok
