"""The schemas of papers, compiled once; the only home of jsonschema.

Two validators stand behind one verdict. ``jsonschema-rs`` accepts: it is fast and its patterns take linear time.
``jsonschema`` is the reference: it explains what was rejected, and tests hold the two verdicts equal. Both see a
closed set of documents: no network, no file, no reference that was not there when the set was built.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from workflow.definitions import strict_json
from workflow.definitions.body import Fault
from workflow.definitions.paper_faults import PaperFault, PaperInvalid, explain, faults_of, pointer
from workflow.definitions.schema_subset import Schema, nodes, resolve, schema_fault
from workflow.definitions.strict_json import DEFAULT_LIMITS, JsonRefused, Limits, canonical, digest
from workflow.domain.errors import DefinitionInvalid, NotFound

__all__ = [
    "PaperFault",
    "PaperInvalid",
    "PaperSchemas",
    "canonical",
    "definition_faults",
    "digest",
    "explain",
    "paper_schema_id",
    "read_schema_files",
]

META_ID = "hoso:meta/paper"
_FORMATS = FormatChecker(formats=("date", "date-time"))
_MOST_REJECTIONS = 400  # read from the reference before sorting; more would only cost time
_OPTIONS: dict[str, Any] = {
    "validate_formats": True,
    "ignore_unknown_formats": False,
    "pattern_options": jsonschema_rs.RegexOptions(),
    "offline": True,
}


def paper_schema_id(kind: str, version: int, code: str) -> str:
    """The id of a paper's schema: ``paper_schema_id("dien_hinh", 1, "registration")``."""
    return f"hoso:kinds/{kind}/v{version}/attachments/{code}"


def read_schema_files(root: Path) -> dict[str, Schema]:
    """Every schema of papers under ``dossier_schemas/``, by its id. JsonRefused, DefinitionInvalid if one is broken."""
    found: dict[str, Schema] = {}
    for pattern in ("meta/paper.schema.json", "common/*.schema.json", "kinds/*/v*/attachments/*.schema.json"):
        for path in sorted(root.glob(pattern)):
            name = "hoso:" + path.relative_to(root).as_posix().removesuffix(".schema.json")
            document = strict_json.read(path.read_bytes())
            if not isinstance(document, dict):
                raise DefinitionInvalid((schema_fault(name, "", "schema.no_object", "a schema is a JSON object"),))
            found[name] = document
    return found


def definition_faults(schema: Schema, document: object, name: str) -> tuple[Fault, ...]:
    """What a meta-schema says against a definition (a kind, a criteria set …), at most 100 faults; () if nothing.

    ``schema`` is self-contained: references beyond it are refused, nothing is fetched.
    """
    if jsonschema_rs.Draft202012Validator(schema, **_OPTIONS).is_valid(document):
        return ()
    judge = Draft202012Validator(schema, registry=Registry(), format_checker=_FORMATS)
    return tuple(
        schema_fault(name, pointer(error.absolute_path), "schema.shape", error.message[:300])
        for error in islice(judge.iter_errors(document), 100)
    )


def _pattern(_validator: Any, pattern: str, instance: object, _schema: Schema) -> Iterator[ValidationError]:
    """``pattern`` as JSON Schema means it: "$" is the very end, where Python's also lets a line end pass."""
    strict = pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern
    if isinstance(instance, str) and not re.search(strict, instance):
        yield ValidationError(f"does not match {pattern!r}")


def _properties(validator: Any, fields: Schema, instance: object, _schema: Schema) -> Iterator[ValidationError]:
    """``properties``, but a field under ``false`` is named: jsonschema would lose its place."""
    given = {name: instance[name] for name in fields if name in instance} if isinstance(instance, dict) else {}
    for name, value in given.items():
        if fields[name] is False:
            yield ValidationError("is not asked here", validator="false", path=(name,), instance=value)
        else:
            yield from validator.descend(value, fields[name], path=name, schema_path=name)


def _with(keywords: Mapping[str, Any]) -> type[Draft202012Validator]:
    extended: type[Draft202012Validator] = extend(Draft202012Validator, keywords)  # type: ignore[no-untyped-call]
    return extended


_Reference = _with({"pattern": _pattern})


class PaperSchemas:
    """A closed set of paper schemas. Built once, it never changes; ``with_more`` makes a larger set."""

    def __init__(self, documents: Mapping[str, Schema], limits: Limits = DEFAULT_LIMITS) -> None:
        """``documents`` by id, the meta-schema (``hoso:meta/paper``) among them.

        DefinitionInvalid with all faults: keywords outside the subset, references that lead elsewhere or in circles,
        boundless arrays and strings, patterns that could stall, formats nobody checks, fields without a title.
        """
        self._documents = {name: document for name, document in documents.items() if name != META_ID}
        self._meta = documents[META_ID]
        self._limits = limits
        misshapen = [definition_faults(self._meta, document, name) for name, document in self._documents.items()]
        if any(misshapen):
            raise DefinitionInvalid(tuple(chain.from_iterable(misshapen)))
        plain, unsound = resolve(self._documents)
        if unsound:
            raise DefinitionInvalid(unsound)
        self._papers = {name: _Paper(name, schema, self._reference_of(name)) for name, schema in plain.items()}

    @classmethod
    def from_folder(cls, root: Path) -> PaperSchemas:
        """The schemas shipped under ``dossier_schemas/``."""
        return cls(read_schema_files(root))

    def with_more(self, documents: Mapping[str, Schema]) -> PaperSchemas:
        """This set and further documents (what PV01 published).

        DefinitionInvalid as when building, and for an id that another content already has.
        """
        for name, document in documents.items():
            if self._documents.get(name, document) != document:
                raise DefinitionInvalid((schema_fault(name, "/$id", "schema.taken", "another schema has this id"),))
        return PaperSchemas({META_ID: self._meta, **self._documents, **documents}, self._limits)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all documents, shared definitions included, in alphabetical order."""
        return tuple(sorted(self._papers))

    def __contains__(self, schema_id: object) -> bool:
        return schema_id in self._papers

    def document(self, schema_id: str) -> Schema:
        """The schema as it was written, with its references. Not to be changed."""
        return self._documents[self._paper(schema_id).name]

    def plain(self, schema_id: str) -> Schema:
        """The schema without references: what a form is drawn from. Not to be changed."""
        return self._paper(schema_id).plain

    def title(self, schema_id: str) -> str:
        """What the paper is called."""
        title: str = self.plain(schema_id)["title"]
        return title

    def validate(self, schema_id: str, raw: bytes) -> dict[str, Any]:
        """The paper that ``raw`` spells, normalised. PaperInvalid with every fault; NotFound for an unknown schema."""
        paper = self._paper(schema_id)
        document = strict_json.read_quickly(raw)
        if isinstance(document, dict) and paper.accepts(document):
            return document
        try:
            document = strict_json.read(raw, self._limits)
        except JsonRefused as refusal:
            raise _unreadable(schema_id, refusal) from None
        return paper.judged(document)

    def validate_document(self, schema_id: str, document: object) -> dict[str, Any]:
        """The same for a document that is already parsed (from a form, a sheet): its normalised copy."""
        paper = self._paper(schema_id)
        try:
            copy = strict_json.normalise(document, self._limits)
        except JsonRefused as refusal:
            raise _unreadable(schema_id, refusal) from None
        return paper.judged(copy)

    def accepts(self, schema_id: str, document: object) -> bool:
        """The verdict of the fast validator on a normalised document."""
        return self._paper(schema_id).accepts(document)

    def reference_accepts(self, schema_id: str, document: object) -> bool:
        """The verdict of the reference, on the schema as written. Slow: for tests and doubts."""
        return self._paper(schema_id).reference_accepts(document)

    def _paper(self, schema_id: str) -> _Paper:
        try:
            return self._papers[schema_id]
        except KeyError:
            raise NotFound("schema.unknown", schema=schema_id) from None

    def _reference_of(self, name: str) -> Callable[[], Draft202012Validator]:
        def build() -> Draft202012Validator:
            # Without "$schema": where one is met, jsonschema would go on with its own class and its own "pattern".
            bare = {
                other: {key: value for key, value in document.items() if key != "$schema"}
                for other, document in self._documents.items()
            }
            registry: Registry[Any] = Registry().with_resources(
                (other, DRAFT202012.create_resource(document)) for other, document in bare.items()
            )
            return _Reference(bare[name], registry=registry, format_checker=_FORMATS)

        return build


def _unreadable(schema_id: str, refusal: JsonRefused) -> PaperInvalid:
    return PaperInvalid((PaperFault(schema_id, "", "json", refusal.code, refusal.facts),))


_Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Doubled:
    """A rule of ``x-unique`` that a document breaks, in the shape of a validator's report."""

    absolute_path: _Place
    instance: object
    validator: str = "x-unique"
    validator_value: object = None
    schema: object = None


class _Paper:
    """One schema with its compiled validators. The reference is built when it is first asked."""

    def __init__(self, name: str, plain: Schema, reference: Callable[[], Draft202012Validator]) -> None:
        self.name = name
        self.plain = plain
        self._build_reference = reference
        self._fast = _compiled(name, plain)
        self._unique = [(path.split("/")[1:], node["x-unique"]) for path, node in nodes(plain) if "x-unique" in node]

    def accepts(self, document: object) -> bool:
        return self._fast.is_valid(document) and self._tells_apart(document)

    def reference_accepts(self, document: object) -> bool:
        return self._reference.is_valid(document) and self._tells_apart(document)

    def judged(self, document: object) -> dict[str, Any]:
        """The document if it is valid, else PaperInvalid."""
        if isinstance(document, dict) and self.accepts(document):
            return document
        reports: tuple[Iterator[Any], ...] = (self._explaining.iter_errors(document), self._doubled(document))
        errors = faults_of(self.name, self.plain, chain(*(islice(report, _MOST_REJECTIONS) for report in reports)))
        raise PaperInvalid(errors or (PaperFault(self.name, "", "schema", "paper.undecided"),))

    @cached_property
    def _reference(self) -> Draft202012Validator:
        return self._build_reference()

    @cached_property
    def _explaining(self) -> Draft202012Validator:
        """The reference on the plain schema, bounded in time.

        Of a table it reads only as many rows as the table may have, and passes over those that the fast validator
        finds right.
        """
        rows_of = [node["items"] for _, node in nodes(self.plain) if "items" in node]
        quick = {id(rows): _compiled(self.name, rows) for rows in rows_of}

        def items(validator: Any, rows: Schema, instance: object, schema: Schema) -> Iterator[ValidationError]:
            if isinstance(instance, list):
                for index, row in enumerate(instance[: schema["maxItems"]]):
                    if not quick[id(rows)].is_valid(row):
                        yield from validator.descend(row, rows, path=index)

        explaining = _with({"pattern": _pattern, "properties": _properties, "items": items})
        return explaining(self.plain, registry=Registry(), format_checker=_FORMATS)

    def _tells_apart(self, document: object) -> bool:
        """Whether no row of an otherwise valid document is there twice (``x-unique``)."""
        for steps, unique in self._unique:
            for _, rows in _arrays(document, steps, ()):
                keys = rows if unique is True else [row[unique] for row in rows]
                if len(set(keys)) < len(keys):
                    return False
        return True

    def _doubled(self, document: object) -> Iterator[_Doubled]:
        """The same, told of any document: each row that repeats an earlier one."""
        for steps, unique in self._unique:
            for place, rows in _arrays(document, steps, ()):
                seen: dict[object, int] = {}
                for index, row in enumerate(rows):
                    key = row if unique is True else row.get(unique) if isinstance(row, dict) else None
                    if not isinstance(key, str | int):
                        continue
                    if key in seen:
                        at = (*place, index) if unique is True else (*place, index, unique)
                        yield _Doubled(at, key, validator_value=seen[key] + 1)
                    seen.setdefault(key, index)


def _arrays(value: object, steps: list[str], place: _Place) -> Iterator[tuple[_Place, list[Any]]]:
    """The arrays of a document that a place in the schema ("properties", name, "items" …) speaks of."""
    if not steps:
        if isinstance(value, list):
            yield place, value
    elif steps[0] == "items":
        for index, row in enumerate(value if isinstance(value, list) else ()):
            yield from _arrays(row, steps[1:], (*place, index))
    elif isinstance(value, dict) and steps[1] in value:
        yield from _arrays(value[steps[1]], steps[2:], (*place, steps[1]))


def _compiled(name: str, schema: Schema) -> jsonschema_rs.Draft202012Validator:
    try:
        return jsonschema_rs.Draft202012Validator(schema, **_OPTIONS)
    except (ValueError, jsonschema_rs.ReferencingError) as error:  # a pattern too big for the engine, for instance
        raise DefinitionInvalid((schema_fault(name, "", "schema.not_compiled", str(error)[:300]),)) from None
