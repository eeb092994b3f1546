"""Files by content: kept once, synced, never another type than they say; on a disk, in memory and in a bucket."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from workflow.domain.errors import InvalidDocument, InvalidInput, NotFound, Unavailable
from workflow.storage import files as files_module
from workflow.storage.files import FileStore

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A bucket on a server of this machine."""
    import boto3

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    before = {name: os.environ.get(name) for name in keys}
    os.environ.update(keys)
    boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1").create_bucket(Bucket="hoso")
    yield f"s3://hoso/files?endpoint=http://{host}:{port}"
    server.stop()
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture(params=["file", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "s3":
        return FileStore.open(request.getfixturevalue("bucket"))
    return FileStore.open(f"file:{tmp_path / 'files'}" if request.param == "file" else "memory:")


def unique(store_name: str) -> bytes:
    return PDF + f"% {store_name}\n".encode()


def test_file_is_kept_under_its_digest_and_comes_back(store: FileStore, request: pytest.FixtureRequest) -> None:
    content = unique(request.node.name)
    stored = store.put(content, name="Bản quét “số 1”.pdf")
    assert stored.digest == hashlib.sha256(content).hexdigest()
    assert (stored.name, stored.media_type, stored.size) == ("Bản quét “số 1”.pdf", "application/pdf", len(content))
    assert stored.type == "pdf"
    assert store.get(stored.digest) == content


def test_same_content_is_kept_once_under_any_name(store: FileStore, request: pytest.FixtureRequest) -> None:
    content = unique(request.node.name)
    first, second = store.put(content, name="a.pdf"), store.put(content, name="b.PDF")
    assert first.digest == second.digest
    assert (first.name, second.name) == ("a.pdf", "b.PDF")
    assert [kept.digest for kept in store.listing()].count(first.digest) == 1


def test_unknown_file_is_not_found_and_nothing_but_a_digest_names_one(store: FileStore) -> None:
    for digest in ("0" * 64, "../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "\n"):
        with pytest.raises(NotFound):
            store.get(digest)


def test_removed_file_is_gone_and_removing_again_is_harmless(store: FileStore, request: pytest.FixtureRequest) -> None:
    stored = store.put(unique(request.node.name), name="a.pdf")
    store.remove(stored.digest)
    store.remove(stored.digest)
    with pytest.raises(NotFound):
        store.get(stored.digest)


def test_refusals_say_why(store: FileStore) -> None:
    for content, name, code in (
        (b"", "a.pdf", "file_empty"),
        (PDF + b"x" * 2000, "a.pdf", "file_too_large"),
        (b"MZ\x90\x00" + b"\x00" * 60, "a.pdf", "file_type"),
        (PDF, "a.docx", "file_type"),
        (PDF, "pdf", "file_type"),
        (b"hello", "a.txt", "file_type"),
    ):
        with pytest.raises(InvalidDocument) as caught:
            store.put(content, name=name, max_bytes=1000)
        assert caught.value.code == code, (name, content[:8])


def test_types_can_be_narrowed(store: FileStore) -> None:
    with pytest.raises(InvalidDocument) as caught:
        store.put(PDF, name="a.pdf", types=("jpg", "png"))
    assert (caught.value.facts["found"], caught.value.facts["allowed"]) == ("pdf", ("jpg", "png"))


def test_limits_of_the_store_cannot_be_widened() -> None:
    store = FileStore.open("memory:", max_bytes=10)
    with pytest.raises(InvalidDocument) as caught:
        store.put(PDF, name="a.pdf", max_bytes=1_000_000)
    assert caught.value.facts["limit"] == 10


@pytest.mark.parametrize("where", ["", "hoso-files", "http://127.0.0.1/x", "s3:///x", "ftp://x"])
def test_unknown_place_is_refused(where: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        FileStore.open(where)
    assert caught.value.code == "files_url"


# --- a local disk --------------------------------------------------------------------------------


def place_of(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest[2:4] / digest


def test_local_file_is_synced_with_its_folders_before_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    real = files_module._fsync
    monkeypatch.setattr(files_module, "_fsync", lambda path: (synced.append(path), real(path)))
    folder = tmp_path / "files"
    stored = FileStore.open(f"file:{folder}").put(PDF, name="a.pdf")
    place = place_of(folder, stored.digest)
    assert synced == [place, place.parent, place.parent.parent, folder]


def test_file_cut_off_by_a_crash_is_mended_when_it_comes_again(tmp_path: Path) -> None:
    store = FileStore.open(f"file:{tmp_path}")
    stored = store.put(PDF, name="a.pdf")
    place_of(tmp_path, stored.digest).write_bytes(PDF[:5])
    with pytest.raises(Unavailable) as caught:
        store.get(stored.digest)
    assert caught.value.code == "file_damaged"
    store.put(PDF, name="a.pdf")
    assert store.get(stored.digest) == PDF


def test_disk_that_does_not_take_the_file_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    store = FileStore.open(f"file:{tmp_path}")
    monkeypatch.setattr(files_module, "_fsync", full)
    with pytest.raises(Unavailable) as caught:
        store.put(PDF, name="a.pdf")
    assert caught.value.code == "storage_full"


def test_names_never_become_paths(tmp_path: Path) -> None:
    store = FileStore.open(f"file:{tmp_path / 'files'}")
    stored = store.put(PDF, name="../../../outside.pdf")
    assert stored.name == "../../../outside.pdf"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [stored.digest]


def test_packages_are_read_only_by_their_list(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<x/>")
        package.writestr("word/document.xml", b"0" * 20_000_000)
    stored = FileStore.open(f"file:{tmp_path}").put(bomb.getvalue(), name="a.docx")
    assert stored.size < 50_000
