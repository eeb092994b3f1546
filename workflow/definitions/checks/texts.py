"""Words and sources: labels that can be read and told apart, citations that lead somewhere, criteria for everyone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from workflow.definitions.body import unprintable
from workflow.definitions.checks.finding import Finding, found
from workflow.definitions.sources import Sources
from workflow.domain.criteria import CriteriaSet
from workflow.domain.kinds import DossierKind

_SPOKEN = frozenset(
    {"label", "short_label", "done", "choice_label", "words", "wanted", "note", "reason", "approved_by"}
)
_CITING = frozenset({"citation", "source"})


def text_findings(
    kind: DossierKind, body: Mapping[str, Any], sources: Sources, criteria: Mapping[str, CriteriaSet]
) -> tuple[Finding, ...]:
    """Every label that cannot be read or told apart, every source and criteria set that is not there."""
    return (*_labels(body), *_told_apart(kind), *_citations(body, sources), *_criteria(kind, criteria))


def _strings(value: object, path: str = "", name: str = "") -> Iterator[tuple[str, str, str]]:
    """(place, name of the field, text) of every text in a body; members of ``choices`` count as labels."""
    if isinstance(value, str):
        yield path, name, value
    elif isinstance(value, Mapping):
        for key, child in value.items():
            inner = "label" if name == "choices" else key
            yield from _strings(child, f"{path}/{key}", inner)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _strings(child, f"{path}/{index}", name)


def _labels(body: Mapping[str, Any]) -> Iterator[Finding]:
    for path, name, text in _strings(body):
        empty = not text.strip() and name != "words"
        if name in _SPOKEN and (empty or text != text.strip() or unprintable(text)):
            yield found("label_unsound", path, text=text.strip() or path)


def _told_apart(kind: DossierKind) -> Iterator[Finding]:
    groups = {
        "states": [state.label for state in kind.states.values()],
        "attachments": [rule.label for rule in kind.attachments.values()],
        "stages": [stage.label for stage in kind.stages],
        "deadlines": [rule.label for rule in kind.deadlines.values()],
    }
    for where, labels in groups.items():
        for label, times in Counter(labels).items():
            if times > 1:
                yield found("label_doubled", f"{where}:{label}", text=label)


def _citations(body: Mapping[str, Any], sources: Sources) -> Iterator[Finding]:
    cited = [text for _, name, text in _strings(body) if name in _CITING]
    for citation in sources.unknown(cited):
        yield found("source_unknown", citation, citation=citation)


def _criteria(kind: DossierKind, criteria: Mapping[str, CriteriaSet]) -> Iterator[Finding]:
    scored = [rule for rule in kind.attachments.values() if rule.scored]
    if kind.criteria and not scored:
        yield found("criteria_unused", kind.code, part=kind.label)
    if not scored:
        return
    newest = {one.code: one for one in sorted(criteria.values(), key=lambda one: one.version)}
    for subject in kind.subject_kinds:
        code = kind.criteria.get(subject)
        chosen = newest.get(code) if code is not None else None
        if chosen is None:
            yield found("criteria_missing", subject, subject=subject, paper=scored[0].label)
        elif subject not in chosen.subject_kinds:
            yield found("criteria_other_subject", subject, subject=subject, criteria=chosen.label)
