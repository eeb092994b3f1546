"""The form of a package between installations: one .zip, every member under its digest, the manifest signed or sealed.

    manifest.json                     what it is, the SHA-256 and size of every other member, the signature
    index.html                        the list of its dossiers, to read in any browser
    dossiers/<number>/index.html      one dossier in words: where it stands, its steps, papers and files
    dossiers/<number>/record.json     what a receiver needs: the whole stream, papers, texts, acts, results
    dossiers/<number>/papers/…        the papers, as canonical JSON
    dossiers/<number>/journal.csv     the journal in words
    files/<sha256>.<type>             the files of papers

A *copy* holds no ``record.json`` and cannot be taken in. The digest of a package is the SHA-256 of its manifest
without the signature; the signature is its HMAC-SHA256 under the key that a commune and the province share.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

import orjson

from workflow.domain.errors import InvalidInput

FORMAT = "hoso-package"
VERSION = 1
MANIFEST = "manifest.json"
MEMBER = re.compile(
    r"index\.html|dossiers/[0-9A-Z-]{4,40}/(?:index\.html|record\.json|journal\.csv|papers/[a-z0-9_-]{1,80}\.json)"
    r"|files/[0-9a-f]{64}\.[a-z]{2,5}"
)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the archive."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Head:
    """One dossier in the manifest: its number and how far its stream goes."""

    id: str
    number: str
    commune: str
    seq: int
    head: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a package says of itself. ``copy``: it is to be read, not taken in. ``key``: who signed it, or empty."""

    made_at: datetime
    made_by: str
    copy: bool
    dossiers: tuple[Head, ...]
    members: Mapping[str, Member] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    key: str = ""

    def as_bytes(self) -> bytes:
        """The spelling that is digested and signed."""
        body = {
            "format": FORMAT,
            "version": VERSION,
            **asdict(self),
            "made_at": self.made_at.isoformat(),
            "members": {name: asdict(member) for name, member in self.members.items()},
        }
        return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)

    @property
    def digest(self) -> str:
        """What the sender writes on the accompanying letter."""
        return hashlib.sha256(self.as_bytes()).hexdigest()

    def sealed(self, secret: str) -> bytes:
        """The member ``manifest.json``; signed when there is a secret."""
        body = orjson.loads(self.as_bytes())
        if secret:
            body["signature"] = self.signature(secret)
        return orjson.dumps(body, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def signature(self, secret: str) -> str:
        """HMAC-SHA256 of the spelling."""
        return hmac.new(secret.encode(), self.as_bytes(), hashlib.sha256).hexdigest()


def damaged(why: str, **facts: object) -> InvalidInput:
    """The refusal of a package that is not what was written. Code ``package_damaged``."""
    return InvalidInput("package_damaged", why=why, **facts)


def read_manifest(raw: bytes) -> tuple[Manifest, str]:
    """The manifest and its signature, or the empty text. Raises InvalidInput ``package_damaged``."""
    try:
        body = orjson.loads(raw)
        if (body.pop("format"), body.pop("version")) != (FORMAT, VERSION):
            raise damaged("format")
        signature = str(body.pop("signature", ""))
        manifest = Manifest(
            made_at=datetime.fromisoformat(body.pop("made_at")),
            dossiers=tuple(Head(**head) for head in body.pop("dossiers")),
            members={str(name): Member(**member) for name, member in body.pop("members").items()},
            missing=tuple(map(str, body.pop("missing"))),
            **body,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged("manifest") from error
    if manifest.made_at.tzinfo is None or not all(MEMBER.fullmatch(name) for name in manifest.members):
        raise damaged("manifest")
    return manifest, signature
