"""The form of one paper of one dossier: what it starts from, its criteria, its files, what of it is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flask import current_app, url_for

from web.context import house
from web.formatting import size
from web.forms import (
    KnownFile,
    Opening,
    PaperForm,
    Problem,
    ScoreColumn,
    ScoreGroup,
    ScoreLine,
    ScoreTable,
    Setting,
    parse_path,
)
from web.forms.shapes import Group, Leaf, Rows, Shape
from web.words import has, say
from workflow.domain.errors import InvalidDocument
from workflow.domain.file_checks import FileFinding

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from web.forms import Path
    from web.forms.setting import Answer
    from workflow.domain.books import StoredFile
    from workflow.domain.criteria import CriteriaSet, Criterion
    from workflow.domain.dossier import Return
    from workflow.domain.file_checks import FileRule
    from workflow.domain.kinds import AttachmentRule

SCORE_LOOK = "score_sheet"
QUOTES = "_version"

ENTERED = "entered_for_unit"
"""The field that says a unit's paper was typed in by another: the server sets it, no page shows it."""

_MOST_SENT = 64 * 1024 * 1024
_FORM_ROOM = 4 * 1024 * 1024
"""Bytes one request may carry where the site says nothing, and what of them the typed fields may need."""


def form_of(schema_id: str) -> PaperForm:
    """The form of a schema; built once, shared by all requests. Raises ``NotFound`` for an unknown schema."""
    forms: dict[str, PaperForm] = current_app.extensions.setdefault("hoso_forms", {})
    if schema_id not in forms:
        schemas = house().schemas
        forms[schema_id] = PaperForm(schemas.document(schema_id), schemas.document)
    return forms[schema_id]


def problems_of(error: InvalidDocument) -> tuple[Problem, ...]:
    """What the engine says against a document, each at its place; empty when it speaks of the paper as a whole."""
    told = (house().fault_told(fault) for fault in error.faults if not isinstance(fault, FileFinding))
    return tuple(Problem(parse_path(path), sentence) for path, sentence in told)


# --- the fields of a paper ------------------------------------------------------------------------


def scored_list(form: PaperForm) -> str | None:
    """The name of the list that is a score sheet, where the paper has one."""
    return next((c.key for c in form.shape.children if isinstance(c, Rows) and c.look == SCORE_LOOK), None)


def criteria_of(sight: Sight) -> CriteriaSet | None:
    """The criteria that this unit is scored by."""
    found = sight.look.books.criteria
    return None if found is None else found.for_subject(sight.dossier.subject_kind)


def score_table(
    sight: Sight, rule: AttachmentRule, *, typed: bool = True, document: Mapping[str, Any] | None = None
) -> ScoreTable | None:
    """The score sheet with every side's newest answers beside it; ``typed``: this paper's column is the typed one.

    ``document``: what this paper's column says instead of its newest version.
    """
    criteria = criteria_of(sight)
    if not rule.scored or criteria is None:
        return None
    sides = [one for one in sight.kind.attachments.values() if one.scored and one.code not in sight.look.hidden]
    answers = {one.code: answers_of(sight, one.code) for one in sides}
    if document is not None:
        answers[rule.code] = _answers_in(document)

    def line(criterion: Criterion) -> ScoreLine:
        return ScoreLine(
            criterion.code,
            criterion.label,
            asks="met" if criterion.counts_met else "points",
            most=_plain(criterion.maximum),
            others={code: found[criterion.code] for code, found in answers.items() if criterion.code in found},
            hint=criterion.guidance,
        )

    groups = tuple(
        ScoreGroup(group.label, tuple(line(one) for one in criteria.in_group(group.code))) for group in criteria.groups
    )
    columns = tuple(ScoreColumn(one.code, side_words(one)) for one in sides)
    return ScoreTable(groups, columns, rule.code if typed else "", rule.compares or "")


def side_words(rule: AttachmentRule) -> str:
    """What the column of a scored paper is called: by the role whose sheet it is."""
    role = next(iter(sorted(rule.filed_by)), "")
    return say(f"score.side.{role}") if has(f"score.side.{role}") else rule.label


def answers_of(sight: Sight, code: str) -> dict[str, Answer]:
    """What the newest version of a score sheet answers, by criterion, in the order of its rows."""
    filed = sight.dossier.newest(code)
    found = filed.paper.facts.get("answers") if filed is not None else None
    answers = found if isinstance(found, Mapping) else {}
    return {str(one): _answer(value) for one, value in answers.items() if value is not None}


def _answers_in(document: Mapping[str, Any]) -> dict[str, Answer]:
    rows = [row for row in document.get("rows", ()) if isinstance(row, Mapping)]
    given = {str(row.get("criterion")): row.get("points", row.get("met")) for row in rows}
    return {code: _answer(value) for code, value in given.items() if value is not None}


def _answer(value: object) -> Answer:
    if isinstance(value, bool):
        return value
    number = float(str(value))
    return int(number) if number.is_integer() else number


def _plain(points: object) -> float | None:
    answer = None if points is None else _answer(points)
    return answer if answer is None or not isinstance(answer, bool) else None


# --- what surrounds one drawing -------------------------------------------------------------------


def setting_of(
    sight: Sight,
    rule: AttachmentRule,
    *,
    files: Mapping[str, KnownFile] | None = None,
    hidden: Iterable[str] = (),
    typed: bool = True,
) -> Setting:
    """The setting of a paper on this dossier: its criteria and files, and what a return leaves open of it."""
    form, table = form_of(rule.schema_id), score_table(sight, rule, typed=typed)
    name = scored_list(form)
    returned = sight.is_returned and sight.dossier.state not in rule.filed_in
    return Setting(
        opening=_opening(sight, rule) if returned and typed else Opening(),
        hidden_fields=frozenset(hidden),
        scores={name: table} if name is not None and table is not None else {},
        files=known_files(sight) | dict(files or {}),
        asks=asks_of(sight, rule) if typed else {},
        file_hint=file_hint(rule.files),
        file_types=",".join(f".{one}" for one in _endings(rule.files)),
    )


def _opening(sight: Sight, rule: AttachmentRule) -> Opening:
    """Only what the open returns name: the places, or the whole paper when one names it whole."""
    paths = [item.path for opened in sight.dossier.open_returns for item in opened.items if item.paper == rule.code]
    if not paths or any(not path for path in paths):
        return Opening()
    return Opening([parse_path(path) for path in paths if path])


def asks_of(sight: Sight, rule: AttachmentRule) -> dict[Path, str]:
    """The words of open returns at the places of this paper that they name, until a newer version is there."""
    found: dict[Path, str] = {}
    for opened in sight.dossier.open_returns:
        if sight.dossier.newest(rule.code, above=opened.seq) is None:
            for item in opened.items:
                if item.paper == rule.code and item.path:
                    found[parse_path(item.path)] = sight.text(item.text)
    return found


def asked_of_whole(sight: Sight, rule: AttachmentRule) -> list[str]:
    """The words of open returns that name this paper but no place in it."""
    return [
        sight.text(item.text)
        for opened in sight.dossier.open_returns
        for item in opened.items
        if item.paper == rule.code and not item.path
    ]


def returns_naming(sight: Sight, rule: AttachmentRule) -> list[Return]:
    """Open returns that name this paper."""
    return [one for one in sight.dossier.open_returns if any(item.paper == rule.code for item in one.items)]


def known_files(sight: Sight) -> dict[str, KnownFile]:
    """Every file of the dossier's papers, by digest, with the address where it can be fetched."""
    found = {}
    for filed in sight.dossier.papers:
        for file in sight.record.files.get(filed.paper.id, ()):
            found[file.digest] = known_file(sight, filed.paper.code, file)
    return found


def known_file(sight: Sight, code: str, file: StoredFile) -> KnownFile:
    """One stored file as a form knows it."""
    url = url_for("papers.file", dossier_id=sight.dossier.id, code=code, digest=file.digest)
    return KnownFile(file.name, file.size, url)


def file_hint(rule: FileRule) -> str:
    """What may be uploaded, said before choosing."""
    kinds = [say(f"file.{one}") if has(f"file.{one}") else one.upper() for one in rule.types]
    words = ", ".join(dict.fromkeys(kinds))
    sending = size(max(rule.max_bytes, (current_app.config.get("MAX_CONTENT_LENGTH") or _MOST_SENT) - _FORM_ROOM))
    return say("file.hint", kinds=words, size=size(rule.max_bytes), sending=sending, count=rule.max_files)


def _endings(rule: FileRule) -> list[str]:
    return [ending for one in rule.types for ending in ((one, "jpeg") if one == "jpg" else (one,))]


def digests_in(form: PaperForm, document: Mapping[str, Any]) -> list[str]:
    """The digests of files that stand in a document's file fields, in order."""
    return list(dict.fromkeys(_digests(form.shape, document)))


def _digests(shape: Shape, value: object) -> Iterable[str]:
    match shape, value:
        case Group(), Mapping():
            for child in shape.children:
                if child.key in value:
                    yield from _digests(child, value[child.key])
        case Rows(), list():
            for row in value:
                yield from _digests(shape.item, row)
        case Leaf(kind="file"), list():
            yield from (str(one) for one in value)
        case Leaf(kind="file"), str():
            yield value
