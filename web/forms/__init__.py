"""JSON Schema of a paper -> form model -> nodes for the templates -> posted texts -> the typed document again.

One renderer for every paper under `dossier_schemas/`: a schema added there appears without new code. A view does this:

    form = PaperForm(schema)                                     # once per schema, it never changes
    changed = form.change_rows(posted)                           # a row button was pressed: no check, nothing stored
    reading = form.read(posted, stored, setting)                 # the document, and what could not be read
    page = form.bind(stored, setting=setting, reading=reading, problems=faults)

`posted` is `request.form.to_dict(flat=False)`, `stored` the document as it stands (or {}), `faults` what the engine's
validator says of `reading.document`, each a `Problem(parse_path(fault.path), sentence)`. Draw with `render_form` of
`macros/form.html`. Build from the schema as written and a resolver, not from one whose references are melted in: a
field with a title of its own then keeps the type's description from being said again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from web.forms.binding import BoundForm, Summary, bind
from web.forms.paths import Path, id_of, name_of, parse_path
from web.forms.reading import Problem, Raw, Reading, fill, raw_of_post, read
from web.forms.rows import COMMAND_FIELD, RowsChanged, change_rows, command_of
from web.forms.setting import (
    GivenRow,
    GivenRows,
    KnownFile,
    Opening,
    ScoreColumn,
    ScoreGroup,
    ScoreLine,
    ScoreTable,
    Setting,
)
from web.forms.shapes import Resolve, Schema, SchemaError, build_shape
from web.forms.telling import Change, Fact, changes_between, facts_of

__all__ = [
    "COMMAND_FIELD",
    "BoundForm",
    "Change",
    "Fact",
    "GivenRow",
    "GivenRows",
    "KnownFile",
    "Opening",
    "PaperForm",
    "Path",
    "Problem",
    "Raw",
    "Reading",
    "RowsChanged",
    "SchemaError",
    "ScoreColumn",
    "ScoreGroup",
    "ScoreLine",
    "ScoreTable",
    "Setting",
    "Summary",
    "command_of",
    "id_of",
    "name_of",
    "parse_path",
]

Posted = Mapping[str, Sequence[str]]


def _no_references(name: str) -> Schema:
    raise LookupError(name)


class PaperForm:
    """The form of one paper's schema. Built once, shared by all requests."""

    def __init__(self, schema: Schema, resolve: Resolve = _no_references) -> None:
        """`resolve` answers a schema by its `$id` (LookupError for none); SchemaError if the paper cannot be drawn."""
        self.shape = build_shape(schema, resolve)

    def fill(self, document: Mapping[str, Any], setting: Setting | None = None) -> Raw:
        """The texts of the fields for a stored document."""
        return fill(self.shape, document, setting)

    def read(
        self,
        posted: Posted,
        stored: Mapping[str, Any],
        setting: Setting | None = None,
        uploads: Posted | None = None,
    ) -> Reading:
        """The document that was typed.

        `uploads`: field name -> digests of the files just stored for it; they must be in `setting.files` too.
        """
        return read(self.shape, raw_of_post(posted, uploads), stored, setting)

    def change_rows(self, posted: Posted, uploads: Posted | None = None) -> RowsChanged | None:
        """What the pressed row button does to what was typed; None when the form was sent in another way."""
        return change_rows(self.shape, raw_of_post(posted, uploads), posted)

    def bind(
        self,
        stored: Mapping[str, Any],
        *,
        setting: Setting | None = None,
        raw: Raw | None = None,
        reading: Reading | None = None,
        changed: RowsChanged | None = None,
        problems: Iterable[Problem] = (),
        focus: Path | None = None,
    ) -> BoundForm:
        """The nodes to draw: from a reading with its problems, changed rows, kept raw texts, or the stored document.

        `problems` come after those of the reading; at one place the first one is said.
        """
        setting = setting or Setting()
        if reading is not None:
            raw, problems = reading.raw, (*reading.problems, *problems)
        if changed is not None:
            raw, focus = changed.raw, changed.focus
        return bind(
            self.shape,
            stored,
            self.fill(stored, setting) if raw is None else raw,
            setting,
            problems=problems,
            judged=None if reading is None else reading.document,
            focus=focus,
            removed=changed.removed if changed else None,
        )

    def facts(self, document: Mapping[str, Any], setting: Setting | None = None) -> tuple[Fact, ...]:
        """Every value of a document in words, in the order of the form."""
        return facts_of(self.shape, document, setting)

    def changes(
        self, old: Mapping[str, Any], new: Mapping[str, Any], setting: Setting | None = None
    ) -> tuple[tuple[Change, ...], int]:
        """Where two versions differ, and how many values are the same."""
        return changes_between(self.shape, old, new, setting)
