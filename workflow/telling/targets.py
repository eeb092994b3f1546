"""The targets of a year as programs are told them."""

from __future__ import annotations

from workflow.domain.targets import Behind, Measured
from workflow.queries.targets import TargetSheet


def target_data(sheet: TargetSheet) -> dict[str, object]:
    """The targets, each with its figures and what stands behind them."""
    return {
        "cycle": sheet.cycle,
        "as_of": sheet.as_of.isoformat(),
        "commune": sheet.commune_id,
        "targets": [_data(one) for one in sheet.targets],
    }


def _data(one: Measured) -> dict[str, object]:
    target = one.target
    return {
        "code": target.code,
        "label": target.label,
        "population": target.population,
        "share": str(target.share) if target.share is not None else None,
        "verdict": one.verdict.value,
        "readings": [
            {"numerator": x.numerator, "denominator": x.denominator, "percent": x.percent, "behind": _named(x.behind)}
            for x in one.readings
        ],
        "lacking": _named(one.lacking),
        "missing": _named(one.missing),
        "events": [{"what": what, "in": behind.dossier_id} for what, behind in one.events],
        "source": target.source,
        "verified": target.verified,
    }


def _named(those: tuple[Behind, ...]) -> list[dict[str, object]]:
    return [
        {"name": x.name, "value": x.value, "dossier": x.dossier_id, "entry": x.entry_id, "proof": x.proof}
        for x in those
    ]
