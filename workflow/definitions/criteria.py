"""Criteria sets from ``dossier_schemas/criteria/<code>/v<n>.json``, or from a body PV01 published.

The form of a body is also written down as ``dossier_schemas/meta/criteria.schema.json``; a test holds both
equal. What a schema cannot say (sums, order of classes, a sample never called verified) is in
``criteria_checks``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from workflow.definitions import strict_json
from workflow.definitions.body import Body, Fault
from workflow.definitions.criteria_checks import inner_faults
from workflow.domain.citations import Confidence
from workflow.domain.errors import DefinitionInvalid
from workflow.domain.scoring import (
    ClassThreshold,
    CriteriaSet,
    Criterion,
    CriterionKind,
    Group,
    PassMark,
    Thresholds,
)

_SIGN = r"[0-9A-Za-z\u0110\u0111]"
ROW_CODE = re.compile(rf"(?=.{{1,16}}\Z){_SIGN}+(?:\.{_SIGN}+)*", re.ASCII)
"""The number of a row on the sheet, like 2.3; what score sheets take (``hoso:common/score_row``)."""

MOST_GROUPS, MOST_CRITERIA, MOST_CLASSES = 40, 200, 12
_CONFIDENCES = tuple(Confidence)
_NOTHING = Decimal(0)


class CriteriaInvalid(DefinitionInvalid):
    """A criteria set that may not be loaded or published; ``errors`` are all its faults."""

    code = "criteria_invalid"

    def __init__(self, errors: Iterable[Fault], **facts: object) -> None:
        self.errors: tuple[Fault, ...] = tuple(errors)
        super().__init__(self.errors, **facts)


def load_criteria(root: Path) -> dict[str, CriteriaSet]:
    """Every shipped set by its key ``code@version``. ``root`` is the folder ``dossier_schemas``.

    Raises CriteriaInvalid with the faults of all files at once.
    """
    sets: dict[str, CriteriaSet] = {}
    faults: list[Fault] = []
    for path in sorted((root / "criteria").glob("*/v*.json")):
        try:
            criteria = criteria_from_body(strict_json.read(path.read_bytes()))
        except strict_json.JsonRefused as error:
            faults.append(Fault(error.code, facts=error.facts, file=_name(path)))
        except CriteriaInvalid as error:
            faults.extend(fault.within(_name(path)) for fault in error.errors)
        else:
            sets[criteria.key] = criteria
            if _name(path) != f"{criteria.code}/v{criteria.version}.json":
                faults.append(Fault("criteria.file_name", "/code", {"key": criteria.key}, _name(path)))
    if faults:
        raise CriteriaInvalid(faults)
    return sets


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def criteria_from_body(body: object) -> CriteriaSet:
    """The criteria set in a parsed body. Raises CriteriaInvalid with every fault.

    The set's digest is the SHA-256 of the body's canonical spelling.
    """
    faults: list[Fault] = []
    criteria = _set(Body(body, faults))
    faults.extend(inner_faults(criteria, form=tuple(faults)))
    if faults:
        raise CriteriaInvalid(faults)
    return replace(criteria, digest=strict_json.digest(body))


# --- form ----------------------------------------------------------------------------------------


def _set(body: Body) -> CriteriaSet:
    criteria = CriteriaSet(
        code=body.code("code"),
        version=body.whole("version", least=1) or 0,
        label=body.text("label", most=300),
        sample=body.boolean("sample"),
        verified=body.boolean("verified"),
        subject_kinds=body.codes("subject_kinds", most=20, least=1),
        scale=body.points("scale"),
        groups=tuple(_group(item) for item in body.bodies("groups", most=MOST_GROUPS, least=1)),
        criteria=tuple(_criterion(item) for item in body.bodies("criteria", most=MOST_CRITERIA, least=1)),
        thresholds=_thresholds(body.body("thresholds")),
        sources=body.citations("sources", most=20, least=1),
        note=body.text("note", most=2000, optional=True),
    )
    body.finish()
    return criteria


def _group(body: Body) -> Group:
    group = Group(body.code("code", ROW_CODE), body.text("label", most=300), body.points("minimum"))
    body.finish()
    return group


def _criterion(body: Body) -> Criterion:
    criterion = Criterion(
        code=body.code("code", ROW_CODE),
        label=body.text("label"),
        group=body.code("group", ROW_CODE),
        kind=CriterionKind(body.choice("kind", tuple(CriterionKind)) or CriterionKind.POINTS),
        maximum=body.points("maximum"),
        minimum=body.points("minimum"),
        required=body.boolean("required", default=False),
        evidence_required=body.boolean("evidence_required", default=False),
        source=body.citation("source"),
        confidence=_confidence(body),
        verified=body.boolean("verified"),
        applies_to=body.codes("applies_to", most=20),
        guidance=body.text("guidance", most=2000, optional=True),
    )
    body.finish()
    return criterion


def _confidence(body: Body) -> Confidence:
    return Confidence(body.choice("confidence", _CONFIDENCES) or Confidence.INFERENCE)


def _thresholds(body: Body | None) -> Thresholds:
    if body is None:
        return Thresholds()
    mark = body.body("pass_mark", optional=True)
    pass_mark = None
    if mark is not None:
        pass_mark = PassMark(mark.points("total"), mark.whole("met", optional=True))
        mark.finish()
    thresholds = Thresholds(
        pass_mark,
        tuple(_class(item) for item in body.bodies("classes", most=MOST_CLASSES)),
        body.citation("source"),
        _confidence(body),
        body.boolean("verified"),
    )
    body.finish()
    return thresholds


def _class(body: Body) -> ClassThreshold:
    at_least = body.points("at_least", optional=False)
    threshold = ClassThreshold(
        body.code("code"), body.text("label", most=100), _NOTHING if at_least is None else at_least
    )
    body.finish()
    return threshold
