"""Reading a package that somebody brought: under limits, nothing before its seal, every member against its digest."""

from __future__ import annotations

import hashlib
import hmac
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO

from pydantic import TypeAdapter, ValidationError

from workflow.domain.errors import InvalidInput
from workflow.domain.packages import Bundle, Package
from workflow.papers.package_form import MANIFEST, Manifest, damaged, read_manifest

MEGABYTE = 1024 * 1024
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError)
_BUNDLE = TypeAdapter(Bundle)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a package may weigh: members, bytes of one member, bytes of all of them unpacked."""

    max_members: int = 50_000
    max_member: int = 32 * MEGABYTE
    max_unpacked: int = 4096 * MEGABYTE


DEFAULT_LIMITS = Limits()


@contextmanager
def open_package(
    source: IO[bytes], keys: Mapping[str, str] | None = None, limits: Limits = DEFAULT_LIMITS
) -> Iterator[Package]:
    """A package of which every member was proved; its files are read when they are asked for.

    ``keys``: secret by commune; with any, only a signed package is taken. Raises InvalidInput ``package_damaged``
    (facts: why, member), ``package_too_large``, ``package_copy``, ``package_unsigned``, ``package_signature``.
    """
    try:
        archive = zipfile.ZipFile(source)
    except _BROKEN:
        raise damaged("unreadable") from None
    with archive:
        reader = _Reader(archive, limits)
        manifest = reader.manifest(keys or {})
        reader.prove(manifest)
        yield Package(
            digest=manifest.digest,
            made_at=manifest.made_at,
            made_by=manifest.made_by,
            key=manifest.key if keys else "",
            bundles=tuple(reader.bundle(manifest, head.number) for head in manifest.dossiers),
            file=lambda digest: reader.file(manifest, digest),
        )


def manifest_of(source: IO[bytes]) -> Manifest:
    """What a package says of itself, nothing else of it read. Raises InvalidInput ``package_damaged``."""
    try:
        with zipfile.ZipFile(source) as archive:
            return read_manifest(archive.read(MANIFEST))[0]
    except (*_BROKEN, KeyError):
        raise damaged("unreadable") from None


class _Reader:
    """Takes members out of one archive."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive, self._limits = archive, limits
        self._files: dict[str, str] = {}
        self._entries = {entry.filename: entry for entry in archive.infolist()}
        if len(self._entries) != len(archive.infolist()):
            raise damaged("members")
        if len(self._entries) > limits.max_members or sum(e.file_size for e in self._entries.values()) > (
            limits.max_unpacked
        ):
            raise InvalidInput("package_too_large")

    def manifest(self, keys: Mapping[str, str]) -> Manifest:
        """The manifest, if it speaks of exactly the members that are there and is signed as it must be."""
        manifest, signature = read_manifest(self._raw(MANIFEST))
        if manifest.copy:
            raise InvalidInput("package_copy")
        if self._entries.keys() - {MANIFEST} != manifest.members.keys():
            raise damaged("members")
        if keys and not signature:
            raise InvalidInput("package_unsigned")
        if signature and keys:
            self._check_signature(manifest, signature, keys)
        self._files = {name[6:70]: name for name in manifest.members if name.startswith("files/")}
        return manifest

    @staticmethod
    def _check_signature(manifest: Manifest, signature: str, keys: Mapping[str, str]) -> None:
        secret = keys.get(manifest.key, "")
        if not secret or not hmac.compare_digest(manifest.signature(secret).encode(), signature.encode()):
            raise InvalidInput("package_signature", key=manifest.key)
        if {head.commune for head in manifest.dossiers} - {manifest.key}:
            raise InvalidInput("package_signature", key=manifest.key)

    def prove(self, manifest: Manifest) -> None:
        """Every member is what the manifest says, also those that only people read."""
        for name in manifest.members:
            self.member(manifest, name)

    def bundle(self, manifest: Manifest, number: str) -> Bundle:
        """One dossier of the package, its papers' documents put in."""
        folder = f"dossiers/{number}/"
        try:
            bundle = _BUNDLE.validate_json(self.member(manifest, f"{folder}record.json"), strict=False)
        except (ValidationError, ValueError) as error:
            raise damaged("record", member=number) from error
        head = next(one for one in manifest.dossiers if one.number == number)
        if (bundle.number, bundle.dossier_id, bundle.head, len(bundle.rows), bundle.commune_id) != (
            number,
            head.id,
            head.head,
            head.seq,
            head.commune,
        ):
            raise damaged("record", member=number)
        papers = [
            replace(paper, document=self._text(manifest, f"{folder}papers/{paper.code}-{paper.id}.json"))
            for paper in bundle.papers
        ]
        return replace(bundle, papers=tuple(papers))

    def _text(self, manifest: Manifest, name: str) -> str:
        try:
            return self.member(manifest, name).decode()
        except UnicodeDecodeError as error:
            raise damaged("member", member=name) from error

    def file(self, manifest: Manifest, digest: str) -> bytes:
        """A file of a paper."""
        name = self._files.get(digest, "")
        content = self.member(manifest, name)
        if hashlib.sha256(content).hexdigest() != digest:
            raise damaged("member", member=name)
        return content

    def member(self, manifest: Manifest, name: str) -> bytes:
        """A member that is exactly what the manifest says."""
        expected = manifest.members.get(name)
        if expected is None:
            raise damaged("members", member=name)
        content = self._raw(name)
        if (hashlib.sha256(content).hexdigest(), len(content)) != (expected.sha256, expected.size):
            raise damaged("member", member=name)
        return content

    def _raw(self, name: str) -> bytes:
        entry = self._entries.get(name)
        if entry is None:
            raise damaged("members", member=name)
        most = self._limits.max_member
        if entry.file_size > most:
            raise InvalidInput("package_too_large")
        try:
            with self._archive.open(entry) as stream:
                content = stream.read(most + 1)
        except _BROKEN as error:
            raise damaged("member", member=name) from error
        if len(content) > most:
            raise InvalidInput("package_too_large")
        return content
