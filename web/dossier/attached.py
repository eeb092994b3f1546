"""Files that come with a form: kept by content at once, carried along signed, so an error elsewhere loses none.

A digest typed into a form opens nothing: only files of this very dossier, and those this form carries under our own
signature, may stand in a paper.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

from flask import current_app, request
from werkzeug.datastructures import FileStorage

from web.access import actor
from web.context import house
from web.errors import sentence
from web.forms import Problem
from web.forms.paths import NAME_PREFIX
from web.photos import joined, usable
from workflow.domain.books import StoredFile
from workflow.domain.errors import InvalidDocument
from workflow.domain.file_checks import FileRule
from workflow.papers.photo_pages import Photo

CARRIED = "_kem"
LONGEST_NAME = 150
_SIGNED = 64


@dataclass(frozen=True, slots=True)
class Kept:
    """What was uploaded with one request. ``names``: digests by field; ``problems``: files that were not kept."""

    names: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, StoredFile] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    refused: Mapping[str, list[str]] = field(default_factory=dict)

    def of(self, name: str) -> list[str]:
        """Digests that came in one field."""
        return list(self.names.get(name, ()))


def keep_uploads(rule: FileRule) -> Kept:
    """Keep every file of the request. One that may not be kept is told at its field; the others stay.

    Pictures that are the pages of one paper become one PDF; when one of them cannot be used, the rest stay single.
    """
    kept = Kept()
    for name, uploads in request.files.lists():
        files = [_read(upload) for upload in uploads if upload.filename]
        if "pdf" in rule.types:
            try:
                files = joined(name, files, most_bytes=rule.max_bytes)
            except InvalidDocument as error:
                kept = _refuse(kept, name, error)
                files = usable(files, error)
        for one in files:
            kept = _keep(kept, name, one, rule)
    return kept


def _read(upload: FileStorage) -> Photo:
    with closing(upload):
        return Photo(plain_name(str(upload.filename)), upload.stream.read())


def _keep(kept: Kept, name: str, one: Photo, rule: FileRule) -> Kept:
    try:
        file = house().files.put(one.content, name=one.name, types=rule.types, max_bytes=rule.max_bytes)
    except InvalidDocument as error:
        return _refuse(kept, name, error)
    names = {**kept.names, name: [*kept.of(name), file.digest]}
    return replace(kept, names=names, files={**kept.files, file.digest: file})


def _refuse(kept: Kept, name: str, error: InvalidDocument) -> Kept:
    words = sentence(error)
    problems = kept.problems
    if name.startswith(f"{NAME_PREFIX}/"):
        problems = (*problems, Problem(_path_of(name), words, error.code))
    return replace(kept, problems=problems, refused={**kept.refused, name: [*kept.refused.get(name, ()), words]})


def plain_name(name: str) -> str:
    """What the sender called the file: the last part, in NFC, without control characters; data, never a path."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    clean = "".join(letter for letter in last if letter.isprintable()).strip()
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if dot else clean[:LONGEST_NAME]


def _path_of(name: str) -> tuple[str | int, ...]:
    parts = name.split("/")[1:]
    return tuple(int(part) if part.isascii() and part.isdecimal() else part for part in parts)


# --- carried along -------------------------------------------------------------------------------


def as_rows(files: Iterable[StoredFile]) -> list[list[Any]]:
    """Files as plain values, for a draft or a hidden field."""
    return [[file.digest, file.name, file.media_type, file.size] for file in files]


def from_rows(rows: object) -> dict[str, StoredFile]:
    """Files again, by digest; what no page of ours wrote is left out."""
    found: dict[str, StoredFile] = {}
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, list) and len(row) == 4 and isinstance(row[3], int):
            found[str(row[0])] = StoredFile(str(row[0]), str(row[1]), str(row[2]), row[3])
    return found


def carried_text(dossier_id: str, files: Iterable[StoredFile]) -> str:
    """What the hidden field holds: the files this form brought, signed for this person and dossier."""
    body = json.dumps([dossier_id, actor().person_id, as_rows(files)], ensure_ascii=False)
    return f"{_signature(body)}{body}"


def carried_files(dossier_id: str) -> dict[str, StoredFile]:
    """The files that the posted form carried; none when the field is missing, foreign or altered."""
    text = request.form.get(CARRIED, "")
    signature, body = text[:_SIGNED], text[_SIGNED:]
    if not body or not hmac.compare_digest(signature.encode(), _signature(body).encode()):
        return {}
    kept = json.loads(body)
    return from_rows(kept[2]) if kept[:2] == [dossier_id, actor().person_id] else {}


def _signature(body: str) -> str:
    secret = current_app.secret_key
    key = secret if isinstance(secret, bytes) else str(secret).encode()
    return hmac.new(key, b"carried files\n" + body.encode(), hashlib.sha256).hexdigest()


def chosen(name: str, known: Mapping[str, StoredFile], kept: Kept) -> list[StoredFile]:
    """The files of a field without schema: those it held and did not drop, then those that just came."""
    dropped = set(request.form.getlist(f"{name}~bo"))
    held = [digest for digest in request.form.getlist(name) if digest not in dropped]
    digests = dict.fromkeys([*held, *kept.of(name)])
    everything = {**known, **kept.files}
    return [everything[digest] for digest in digests if digest in everything]


def field_files(name: str, files: Collection[StoredFile]) -> list[dict[str, Any]]:
    """Files as ``macros/fields.html`` shows them beside a file field."""
    return [
        {
            "name": file.name,
            "size": file.size,
            "digest": file.digest,
            "remove": {"name": f"{name}~bo", "value": file.digest},
        }
        for file in files
    ]
