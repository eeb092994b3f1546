"""Uploaded files are read in a process of their own; the virus scanner is asked and, out of reach, nothing is taken."""

from __future__ import annotations

import hashlib
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.support import papers, pdfs
from workflow.definitions.file_checks import load_file_checks
from workflow.domain.errors import InvalidDocument, InvalidInput, Unavailable
from workflow.domain.file_checks import CHECKS, FileLimits, FileReport, Weight
from workflow.papers.incoming.reader import FileReader
from workflow.papers.incoming.scanner import clamd_scan
from workflow.storage.files import FileStore


@pytest.fixture(scope="module")
def reader() -> Iterator[FileReader]:
    found = FileReader(FileLimits())
    yield found
    found.close()


def read(reader: FileReader, content: bytes, kind: str = "pdf") -> FileReport:
    return reader.read(hashlib.sha256(content).hexdigest(), content, kind)


def test_shipped_weights_name_every_check() -> None:
    checks = load_file_checks(papers.SCHEMAS)
    assert set(checks.weights) == set(CHECKS)
    assert checks.weight("secret_mark") is Weight.BLOCKS


def test_pdf_says_its_pages_and_words(reader: FileReader) -> None:
    report = read(reader, pdfs.written("So: 103/TTr-UBND", "MAT", pages=3))
    assert (report.pages, report.broken, report.encrypted, report.unread) == (3, False, False, False)
    assert report.text.splitlines()[:2] == ["So: 103/TTr-UBND", "MAT"]


def test_broken_and_locked_files_are_told(reader: FileReader) -> None:
    assert read(reader, b"%PDF-1.7 and nothing else").broken
    assert read(reader, pdfs.locked(pdfs.written("x"), user="mo")).encrypted
    assert read(reader, pdfs.locked(pdfs.written("x"), user="")).encrypted


def test_a_file_that_takes_too_long_is_a_finding_and_the_next_one_is_read(tmp_path: Path) -> None:
    hurried = FileReader(FileLimits(seconds=0.01))
    with closing(hurried):
        assert read(hurried, pdfs.written("cham")).unread
    reader = FileReader(FileLimits())
    with closing(reader):
        first = pdfs.written("mot")
        assert not read(reader, first).unread
        assert reader._worker is not None
        reader._worker._process.kill()
        reader._worker._process.wait()
        assert read(reader, pdfs.written("hai")).pages == 1


def test_a_bomb_is_a_finding_and_costs_no_more_than_its_limit() -> None:
    reader = FileReader(FileLimits(memory=256, seconds=10))
    with closing(reader):
        assert read(reader, pdfs.bomb(300)).unread
        assert read(reader, pdfs.written("sau")).pages == 1


def test_signature_is_whole_changed_or_of_somebody_unknown(reader: FileReader, tmp_path: Path) -> None:
    signed = pdfs.signed(pdfs.written("Quyet dinh"))
    (found,) = read(reader, signed).signatures
    assert (found.intact, found.trusted, found.organisation) == (True, False, "UBND xa")
    changed = signed.replace(b"Quyet", b"Quyen", 1)
    (broken,) = read(reader, changed).signatures
    assert not broken.intact
    (tmp_path / "goc.pem").write_bytes(pdfs.authority()[0])
    trusting = FileReader(FileLimits(), trust=tmp_path)
    with closing(trusting):
        (known,) = read(trusting, signed).signatures
    assert (known.intact, known.trusted) == (True, True)


# --- the virus scanner


@contextmanager
def fake_clamd(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A scanner on this machine that takes one file and answers so."""
    taken: list[bytes] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            talk, _ = server.accept()
            with closing(talk), talk.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!I", stream.read(4))[0]:
                    content += stream.read(size)
                taken.append(content)
                talk.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        host, port = server.getsockname()
        yield f"{host}:{port}", taken
        thread.join(5)


def test_scanner_is_given_every_byte_before_a_file_is_kept() -> None:
    content = pdfs.written("sach") + b" " * 200_000
    with fake_clamd(b"stream: OK\0") as (address, taken):
        store = FileStore.open("memory:", scan=clamd_scan(address))
        kept = store.put(content, name="a.pdf")
    assert taken == [content]
    assert store.get(kept.digest) == content


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (b"stream: Eicar-Signature FOUND\0", InvalidDocument, "file_virus"),
        (b"INSTREAM size limit exceeded. ERROR\0", Unavailable, "scanner_down"),
        (b"", Unavailable, "scanner_down"),
    ],
)
def test_whatever_is_not_clean_is_not_kept(answer: bytes, error: type[Exception], code: str) -> None:
    content = pdfs.written("ban")
    with fake_clamd(answer) as (address, _):
        store = FileStore.open("memory:", scan=clamd_scan(address))
        with pytest.raises(error, match=code):
            store.put(content, name="a.pdf")
    assert list(store.listing()) == []


def test_scanner_out_of_reach_lets_nothing_in() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        host, port = server.getsockname()
    store = FileStore.open("memory:", scan=clamd_scan(f"{host}:{port}", seconds=1))
    with pytest.raises(Unavailable, match="scanner_down"):
        store.put(pdfs.written("x"), name="a.pdf")
    assert list(store.listing()) == []


def test_an_address_that_is_none_is_refused_at_the_start() -> None:
    with pytest.raises(InvalidInput, match="clamd_address"):
        clamd_scan("may-quet")
