"""A process of its own in which uploaded files are read. The only room of pypdfium2 and pyhanko.

It is started by its path, imports nothing of hoso, has little memory and no right to write, and is killed when it takes
too long. On standard input: one line of JSON (``kind``, ``size``, ``most_pages``, ``most_text``, ``trust``), then the
bytes; on standard output one line of JSON for each. A file that kills it costs nobody else anything.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from io import BytesIO
from typing import Any

_MIB = 1024 * 1024
_MOST_XML = 20 * _MIB
_PARAGRAPH = re.compile(rb"</w:p>")
_TAG = re.compile(rb"<[^>]*>")
_SIGNED = b"/ByteRange"


def main() -> None:
    """Answer until nobody asks any more."""
    _limit(int(sys.argv[1]))
    logging.disable(logging.CRITICAL)
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    while line := asked.readline():
        order = json.loads(line)
        content = asked.read(order["size"])
        told.write(json.dumps(read(content, order)).encode() + b"\n")
        told.flush()


def _limit(mebibytes: int) -> None:
    """No more memory than this, no file written, no core left behind (where the system knows such limits)."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every system

        for what, most in (
            (resource.RLIMIT_AS, mebibytes * _MIB),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(what, (most, most))


def read(content: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """What one file says of itself."""
    match order["kind"]:
        case "pdf":
            return _pdf(content, order)
        case "docx":
            return {"text": _docx_text(content)[: order["most_text"]]}
    return {}


def _pdf(content: bytes, order: dict[str, Any]) -> dict[str, Any]:
    import pypdfium2  # noqa: PLC0415 - the limits of this process come first
    from pypdfium2 import raw  # noqa: PLC0415 - same

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        return {"encrypted": True} if "password" in str(error).lower() else {"broken": True}
    try:
        found: dict[str, Any] = {"pages": len(document)}
        found["encrypted"] = raw.FPDF_GetSecurityHandlerRevision(document) != -1
        found["broken"] = not len(document)
        found["text"] = _text_of(document, order["most_pages"], order["most_text"])
    finally:
        document.close()
    if _SIGNED in content:
        found["signatures"] = list(_signatures(content, order["trust"]))
    return found


def _text_of(document: Any, most_pages: int, most_text: int) -> str:
    """The text layer, a line a line; pages that cannot be read are passed over."""
    import pypdfium2  # noqa: PLC0415 - the limits of this process come first

    told = ""
    for place in range(min(len(document), most_pages)):
        with suppress(pypdfium2.PdfiumError):
            page = document[place]
            layer = page.get_textpage()
            told += layer.get_text_bounded() + "\n"
            layer.close()
            page.close()
        if len(told) >= most_text:
            break
    return told[:most_text]


def _docx_text(content: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package, package.open("word/document.xml") as opened:
            body = opened.read(_MOST_XML)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, OSError, ValueError):
        return ""
    lines = (_TAG.sub(b"", part).decode(errors="replace") for part in _PARAGRAPH.split(body))
    return "\n".join(unescape(line) for line in lines)


def _signatures(content: bytes, trust: list[str]) -> Iterator[dict[str, Any]]:
    """Every signature: whole or changed, and whether it leads to one of the roots that were given."""
    from pyhanko.keys import load_certs_from_pemder_data  # noqa: PLC0415 - slow to import, and few files are signed
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - same
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415 - same
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 - same

    roots = [cert for one in trust for cert in load_certs_from_pemder_data(base64.b64decode(one))]
    try:
        signed = list(PdfFileReader(BytesIO(content), strict=False).embedded_regular_signatures)
    except Exception:  # noqa: BLE001 - a reader of strangers' files; what it cannot read is told as changed
        yield {"intact": False, "trusted": False, "organisation": ""}
        return
    for one in signed:
        try:
            context = ValidationContext(trust_roots=roots, allow_fetching=False)
            status = validate_pdf_signature(one, context)
            subject = status.signing_cert.subject.native
            yield {
                "intact": bool(status.intact and status.valid and status.docmdp_ok is not False),
                "trusted": bool(status.trusted),
                "organisation": str(subject.get("organization_name") or "")[:200],
            }
        except Exception:  # noqa: BLE001 - same
            yield {"intact": False, "trusted": False, "organisation": ""}


if __name__ == "__main__":
    main()
