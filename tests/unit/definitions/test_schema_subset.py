"""A schema is refused before it can do harm: misspelt, boundless, reaching out, turning in circles, stalling."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from tests.support import papers
from workflow.definitions.body import Fault
from workflow.definitions.schemas import META_ID, PaperSchemas
from workflow.domain.errors import DefinitionInvalid

TEXT = {"title": "Tên", "type": "string", "maxLength": 20}
ID = "hoso:common/sample"


DIALECT = "https://json-schema.org/draft/2020-12/schema"


def written(**more: Any) -> dict[str, Any]:
    return {"$schema": DIALECT, "$id": ID, "title": "Mẫu", "description": "Mẫu.", **more}


def rows(**more: Any) -> dict[str, Any]:
    return {"title": "Bảng", "type": "array", "maxItems": 2, **more}


def of(**fields: Any) -> dict[str, Any]:
    return written(type="object", properties=fields, additionalProperties=False)


def faults(*documents: dict[str, Any]) -> tuple[Fault, ...]:
    meta = {META_ID: papers.documents()[META_ID]}
    with pytest.raises(DefinitionInvalid) as refused:
        PaperSchemas({**meta, **{document.get("$id", ID): document for document in documents}})
    found: Any = refused.value.faults
    return tuple(found)


MISSHAPEN = {
    "misspelt keyword": (of(a=TEXT) | {"requird": ["a"]}, "", "requird"),
    "misspelt keyword inside": (of(a={**TEXT, "maxLenght": 3}), "/properties/a", "maxLenght"),
    "no maxLength": (of(a={"title": "Tên", "type": "string"}), "/properties/a", "maxLength"),
    "no maxItems": (of(a={"title": "Tên", "type": "array", "items": TEXT}), "/properties/a", "maxItems"),
    "no maximum": (of(a={"title": "Số", "type": "integer", "minimum": 0}), "/properties/a", "maximum"),
    "open object": (written(type="object", properties={"a": TEXT}), "", "additionalProperties"),
    "open object said": (of(a=TEXT) | {"additionalProperties": True}, "/additionalProperties", "False"),
    "http reference": (of(a={"$ref": "http://127.0.0.1:1/x"}), "/properties/a/$ref", "http"),
    "file reference": (of(a={"$ref": "file:///etc/hostname"}), "/properties/a/$ref", "file"),
    "rule beside a reference": (of(a={"$ref": "hoso:common/text", "maxLength": 3}), "/properties/a", "maxLength"),
    "format nobody checks": (of(a={**TEXT, "format": "uri"}), "/properties/a/format", "uri"),
    "no type": (of(a={"title": "Tên"}), "/properties/a", "type"),
    "anything goes": (of(a={}), "/properties/a", "type"),
    "true": (of(a=True), "/properties/a", "object"),
    "unique objects": (of(a=rows(items=TEXT, uniqueItems=True)), "/properties/a", "uniqueItems"),
    "dynamic reference": (of(a={"$dynamicRef": "#x"}), "/properties/a", "$dynamicRef"),
    "a name inside": (of(a={**TEXT, "$id": "hoso:common/other"}), "/properties/a", "$id"),
    "pattern properties": (of(a=TEXT) | {"patternProperties": {"a": TEXT}}, "", "patternProperties"),
    "negation": (of(a=TEXT) | {"not": {"required": ["a"]}}, "", "not"),
    "free combination": (of(a=TEXT) | {"allOf": [{"minProperties": 1}]}, "/allOf/0", "if"),
    "no hint": ({key: value for key, value in of(a=TEXT).items() if key != "description"}, "", "description"),
    "other language of schemas": (of(a=TEXT) | {"$schema": "draft-07"}, "/$schema", "2020-12"),
    "unknown widget": (of(a={**TEXT, "x-ui": {"widget": "carousel"}}), "/properties/a/x-ui/widget", "carousel"),
    "no citation": (of(a={**TEXT, "x-source": "Thông tư 124"}), "/properties/a/x-source", "Thông tư 124"),
}


@pytest.mark.parametrize(("document", "path", "word"), MISSHAPEN.values(), ids=MISSHAPEN)
def test_a_schema_outside_the_subset_is_refused(document: dict[str, Any], path: str, word: str) -> None:
    found = faults(document)
    assert any(fault.path == path and word in str(fault.facts["detail"]) for fault in found), found
    assert {fault.code for fault in found} == {"schema.shape"}
    assert {fault.file for fault in found} == {ID}


def two(kind: str, **more: Any) -> dict[str, Any]:
    return {"if": {"required": ["a"], "properties": {"a": {"const": kind}}}, "then": more}


UNSOUND = {
    "unknown document": (
        of(a={"title": "x", "$ref": "hoso:common/nothing"}),
        "/properties/a",
        "schema.unknown_reference",
    ),
    "unknown definition": (
        of(a={"title": "x", "$ref": "#/$defs/nothing"}),
        "/properties/a",
        "schema.unknown_reference",
    ),
    "circle": (of(a={"title": "x", "$ref": ID}), "/properties/a", "schema.circle"),
    "circle of definitions": (
        of(a=TEXT) | {"$defs": {"b": {"$ref": "#/$defs/c"}, "c": {"$ref": "#/$defs/b"}}},
        "/$defs/b",
        "schema.circle",
    ),
    "no title": (of(a={"type": "boolean"}), "/properties/a", "schema.no_title"),
    "stalling pattern": (of(a={**TEXT, "pattern": "^(a+)+$"}), "/properties/a/pattern", "schema.pattern"),
    "look-around": (of(a={**TEXT, "pattern": "^(?!a)b$"}), "/properties/a/pattern", "schema.pattern"),
    "stalling pattern in a condition": (
        of(a=TEXT) | {"allOf": [two("x", properties={"a": {"pattern": "^a*a$"}})]},
        "/allOf/0/then/properties/a/pattern",
        "schema.pattern",
    ),
    "empty range": (of(a={**TEXT, "minLength": 21}), "/properties/a/minLength", "schema.empty_range"),
    "required but not declared": (of(a=TEXT) | {"required": ["b"]}, "/required", "schema.unknown_field"),
    "asked but not declared": (
        of(a=TEXT) | {"allOf": [two("x", required=["b"])]},
        "/allOf/0/then",
        "schema.unknown_field",
    ),
    "either but not declared": (
        of(a=TEXT) | {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
        "/oneOf/1",
        "schema.unknown_field",
    ),
    "depends but not declared": (
        of(a=TEXT) | {"dependentRequired": {"a": ["b"]}},
        "/dependentRequired/a",
        "schema.unknown_field",
    ),
    "doubled choice": (
        of(a={"title": "x", "type": "string", "oneOf": [{"const": "y", "title": "1"}] * 2}),
        "/properties/a/oneOf",
        "schema.doubled_choice",
    ),
    "rows told apart by nothing": (
        of(a=rows(**{"x-unique": True, "items": {"type": "boolean"}})),
        "/properties/a/x-unique",
        "schema.unique_by",
    ),
}


@pytest.mark.parametrize(("document", "path", "code"), UNSOUND.values(), ids=UNSOUND)
def test_an_unsound_schema_is_refused(document: dict[str, Any], path: str, code: str) -> None:
    assert (path, code) in [(fault.path, fault.code) for fault in faults(document)]


def test_a_schema_under_another_name_is_refused() -> None:
    meta = papers.documents()[META_ID]
    with pytest.raises(DefinitionInvalid) as refused:
        PaperSchemas({META_ID: meta, "hoso:common/other": of(a=TEXT)})
    assert [fault.code for fault in refused.value.faults] == ["schema.other_id"]


def test_references_that_multiply_are_refused_quickly() -> None:
    """Each definition holds the next one ten times: ten to the twelfth fields."""

    def tenfold(target: str) -> dict[str, Any]:
        fields = {f"f{place}": {"title": "x", "$ref": target} for place in range(10)}
        return {"type": "object", "properties": fields, "additionalProperties": False}

    definitions = {f"d{level}": tenfold(f"#/$defs/d{level + 1}") for level in range(12)} | {"d12": TEXT}
    found = faults(written(**tenfold("#/$defs/d0")) | {"$defs": definitions})
    assert "schema.too_big" in {fault.code for fault in found}


def test_a_deep_schema_is_refused() -> None:
    node: dict[str, Any] = {"title": "x", "type": "boolean"}
    for _ in range(20):
        node = {"title": "x", "type": "object", "properties": {"a": node}, "additionalProperties": False}
    assert [fault.code for fault in faults(of(a=node))] == ["schema.too_deep"]


def test_a_pattern_too_big_for_the_engine_is_refused() -> None:
    huge = "^(" + "([a-zA-Z]{1000}){1000}" * 3 + "){1000}$"
    (fault,) = faults(of(a={**TEXT, "pattern": huge}))
    assert fault.code == "schema.not_compiled"


def test_all_faults_are_told_at_once() -> None:
    found = faults(of(a={"type": "boolean"}, b={**TEXT, "minLength": 30, "pattern": "x"}))
    assert sorted(fault.code for fault in found) == ["schema.empty_range", "schema.no_title", "schema.pattern"]


def test_building_opens_no_file_and_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = papers.documents()

    def touched(*_args: object, **_named: object) -> None:
        raise AssertionError("the set of schemas is closed")

    monkeypatch.setattr(socket.socket, "connect", touched)
    monkeypatch.setattr(socket, "getaddrinfo", touched)
    monkeypatch.setattr(Path, "open", touched)
    monkeypatch.setattr("builtins.open", touched)
    schemas = PaperSchemas(documents)
    for name in schemas.ids:
        assert not schemas.reference_accepts(name, object())
        assert not schemas.accepts(name, None)


def test_words_beside_a_reference_replace_those_behind_it() -> None:
    inner = {**TEXT, "description": "Gợi ý.", "examples": ["x"], "x-ui": {"widget": "text", "group": "subject"}}
    beside = {"title": "Tên khác", "$ref": "#/$defs/inner", "x-ui": {"group": "content"}}
    document = of(a=beside) | {"$defs": {"inner": inner}}
    schemas = PaperSchemas({META_ID: papers.documents()[META_ID], ID: document})
    kept = {"type": "string", "maxLength": 20, "examples": ["x"]}
    taken = {"title": "Tên khác", "x-ui": {"widget": "text", "group": "content"}}
    assert schemas.plain(ID)["properties"]["a"] == kept | taken
    assert schemas.document(ID) == document


def test_the_plain_form_has_no_reference_left() -> None:
    schemas = papers.shipped()
    assert "$ref" not in str([schemas.plain(name) for name in schemas.ids])
