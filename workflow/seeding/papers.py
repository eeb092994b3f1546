"""Papers of a script: placeholders filled with what the house knows, and small real PDF files as their scans."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from workflow.domain.scoring import CriteriaSet

Value = Any

NUMBER, SHARED, SCORE = "$number:", "$shared:", "$score"


def fill(
    value: Value,
    *,
    number: Callable[[str], str],
    shared: Callable[[str], Value],
    sheet: Callable[[Mapping[str, Any]], Value],
) -> Value:
    """A document with its placeholders filled.

    ``"$number:<name>"`` becomes the dossier's number, ``"$shared:<name>"`` a part that the script keeps once,
    ``{"$score": {...}}`` the rows of a score sheet.
    """

    def whole(part: Value) -> Value:
        return fill(part, number=number, shared=shared, sheet=sheet)

    if isinstance(value, str):
        if value.startswith(SHARED):
            return whole(shared(value.removeprefix(SHARED)))
        return number(value.removeprefix(NUMBER)) if value.startswith(NUMBER) else value
    if isinstance(value, Mapping):
        return sheet(value[SCORE]) if SCORE in value else {key: whole(item) for key, item in value.items()}
    return [whole(item) for item in value] if isinstance(value, list) else value


def score_rows(criteria: CriteriaSet, wish: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows for every criterion: full points but where ``points`` says otherwise, with evidence and reasons.

    ``wish``: ``points`` and ``reasons`` by criterion, ``evidence`` (label, date) for every row, ``without``: criteria
    left out, ``bare``: criteria without evidence.
    """
    points, reasons = wish.get("points", {}), wish.get("reasons", {})
    evidence, bare = wish.get("evidence"), wish.get("bare", ())
    rows = []
    for criterion in criteria.criteria:
        if criterion.code in wish.get("without", ()):
            continue
        row: dict[str, Any] = {"criterion": criterion.code}
        given = points.get(criterion.code)
        if criterion.maximum is None:
            row["met"] = True if given is None else bool(given)
        else:
            row["points"] = _plain(criterion.maximum) if given is None else given
        if evidence and criterion.evidence_required and criterion.code not in bare:
            row["evidence"] = [{"label": evidence["label"], "date": evidence["date"], "kind": "document"}]
        if criterion.code in reasons:
            row["reason"] = reasons[criterion.code]
        rows.append(row)
    return rows


def _plain(points: Decimal) -> int | float:
    return int(points) if points == points.to_integral_value() else float(points)


def scan(title: str) -> bytes:
    """A one-page PDF that says which paper it stands for (in ASCII: a digest of the title keeps it unique)."""
    mark = hashlib.sha256(title.encode()).hexdigest()[:16]
    text = f"BT /F1 14 Tf 72 760 Td (Sample scan {mark}) Tj ET".encode()
    fonts = b"/Resources << /Font << /F1 5 0 R >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R %s >>" % fonts
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for index, item in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (index, item)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(body)
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    )
