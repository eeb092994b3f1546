"""The form of a kind: what its meta-schemas say against a body, told as findings with the name of the part."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workflow.definitions import strict_json
from workflow.definitions.body import Fault
from workflow.definitions.checks.finding import Finding, found
from workflow.definitions.schemas import definition_faults

_MISSING = re.compile(r"'([^']+)' is a (?:required property|dependency of '[^']+')")
_UNKNOWN = re.compile(r"'([^']+)'(?=.*(?:was|were) unexpected)")
_OTHER_WORD = re.compile(r"('.*'|\S+) (?:is not one of \[(.*)\]|was expected)", re.DOTALL)
_LABELS = frozenset({"label", "short_label", "done", "choice_label"})
_SOURCES = frozenset({"citation", "source"})
_WORDS_AT_END = re.compile(r"/(?:label|short_label|done|choice_label|choices/[a-z0-9_]+)$")
_SOURCE_AT_END = re.compile(r"/(?:citation|source)$")

SHOWN = 60
"""So many characters of a wrong value are shown."""


@dataclass(frozen=True, slots=True)
class MetaSchemas:
    """The meta-schemas of a kind and of the meeting inside it, as parsed."""

    kind: dict[str, Any]
    meeting: dict[str, Any]

    @classmethod
    def from_folder(cls, root: Path) -> MetaSchemas:
        """Read from ``dossier_schemas/meta``. JsonRefused when one cannot be read."""
        read = (strict_json.read((root / "meta" / f"{name}.schema.json").read_bytes()) for name in ("kind", "meeting"))
        kind, meeting = (document if isinstance(document, dict) else {} for document in read)
        return cls(kind, meeting)


def form_findings(body: object, meta: MetaSchemas) -> tuple[Finding, ...]:
    """Everything that the meta-schemas say against the body, each at its place (a JSON pointer)."""
    faults = list(definition_faults(meta.kind, body, "kind"))
    meeting = body.get("meeting") if isinstance(body, Mapping) else None
    if isinstance(meeting, Mapping):
        inside = definition_faults(meta.meeting, meeting, "kind")
        faults += [Fault(fault.code, f"/meeting{fault.path}", fault.facts) for fault in inside]
    return tuple(item for fault in faults for item in _told(fault, body))


def _told(fault: Fault, body: object) -> Iterator[Finding]:
    detail = str(fault.facts.get("detail", ""))
    part = part_name(body, fault.path)
    if missing := _MISSING.match(detail):
        yield _missing(missing.group(1), fault.path, part)
    elif unknown := _UNKNOWN.findall(detail):
        for name in unknown:
            yield found("field_unknown", f"{fault.path}/{name}", part=part, field=name)
    elif other := _OTHER_WORD.fullmatch(detail):
        allowed = (other.group(2) or "").replace("'", "")
        yield found("word_unknown", fault.path, part=part, word=other.group(1).strip("'"), allowed=allowed)
    elif _WORDS_AT_END.search(fault.path):
        yield found("label_missing", fault.path, part=part)
    elif _SOURCE_AT_END.search(fault.path):
        yield found("source_missing", fault.path, part=part)
    else:
        field = fault.path.rsplit("/", 1)[-1]
        written = _written(body, fault.path)
        yield found("field_malformed", fault.path, part=part, field=field, written=written, detail=detail)


def _missing(name: str, path: str, part: str) -> Finding:
    about = f"{path}/{name}"
    if name in _LABELS:
        return found("label_missing", about, part=part)
    if name in _SOURCES:
        return found("source_missing", about, part=part)
    return found("field_missing", about, part=part, field=name)


def _written(body: object, path: str) -> str:
    """What stands where a JSON pointer leads, as it is written, cut short; ``detail`` says in English what is wrong."""
    value = body
    for step in (step for step in path.split("/") if step):
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, Mapping):
            value = value.get(step)
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def part_name(body: object, path: str) -> str:
    """What people call the part of a kind that a JSON pointer leads into: its label, else its code or place."""
    steps = [step for step in path.split("/") if step][:2]
    value: object = body
    for step in steps:
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, Mapping) and step in value:
            value = value[step]
        else:
            break
    if isinstance(value, Mapping):
        for name in ("label", "code", "trigger", "finding"):
            if isinstance(value.get(name), str) and value[name].strip():
                return str(value[name])
    return "/".join(steps) or "kind.json"
