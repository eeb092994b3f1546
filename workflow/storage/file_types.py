"""What a file is by its content, and whether its name says the same."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection

import puremagic

from workflow.domain.books import FILE_TYPES
from workflow.domain.errors import InvalidDocument

_NAMES = {"jpeg": "jpg", "jfif": "jpg", "jpe": "jpg"}
"""Other ways to end the name of a type."""

_FOLDER = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
"""The member that makes a package of Office Open XML what it is."""

_MOST_MEMBERS = 10_000


def type_of(content: bytes) -> str | None:
    """pdf, jpg, png, docx or xlsx, by content alone; None for anything else, also for a package with macros."""
    try:
        found = {match.extension.lstrip(".") for match in puremagic.magic_string(content[:4096])}
    except (puremagic.PureError, ValueError):
        return None
    if "zip" in found:
        return _type_of_package(content)
    plain = {_NAMES.get(extension, extension) for extension in found}
    return next((name for name in ("pdf", "jpg", "png") if name in plain), None)


def _type_of_package(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return None
    if len(members) > _MOST_MEMBERS or "[Content_Types].xml" not in members:
        return None
    if any(member.lower().endswith((".bin", ".exe", ".js", ".vbs")) and "vba" in member.lower() for member in members):
        return None
    return next((name for member, name in _FOLDER.items() if member in members), None)


def check_type(content: bytes, name: str, allowed: Collection[str]) -> str:
    """The type of a file that is allowed and named as what it is.

    Raises InvalidDocument ``file_type`` (facts: name, found, allowed) otherwise.
    """
    found = type_of(content)
    _stem, dot, ending = name.lower().rpartition(".")
    said = _NAMES.get(ending, ending) if dot else ""
    if found is None or found not in allowed or found != said:
        raise InvalidDocument("file_type", name=name, found=found or "", allowed=tuple(sorted(allowed)))
    return found


def media_type(file_type: str) -> str:
    """The media type of one of our types."""
    return FILE_TYPES[file_type]
