"""Programmes decided outside hoso: what may be entered as an earlier result is data, each with its source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.definitions import shipped
from workflow.definitions.earlier import load_earlier
from workflow.definitions.sources import Sources
from workflow.domain.errors import DefinitionInvalid


def test_every_programme_has_results_and_a_source_in_the_register() -> None:
    programmes = load_earlier(shipped.LAW)
    sources = Sources.load(shipped.LAW / "sources.json")
    assert programmes
    for programme in programmes:
        assert sources.cite(programme.source).label
        codes = [result.code for result in programme.results]
        assert codes
        assert len(codes) == len(set(codes))


def test_results_that_eligibility_asks_for_can_be_entered() -> None:
    """A guard over the ledger names results; each of them comes from a kind of ours or may be entered."""
    known = {(one.kind, result.code) for one in load_earlier(shipped.LAW) for result in one.results}
    asked = {
        (str(guard.params["kind"]), code)
        for kind in map(shipped.kind, shipped.KINDS)
        for transition in kind.transitions
        for guard in transition.guards
        if guard.name == "ledger_result"
        for code in guard.params["any_of"]
    }
    assert asked
    assert {(kind, code) for kind, code in asked if kind not in shipped.KINDS} <= known


@pytest.mark.parametrize(
    "broken", [{}, {"programmes": [{"kind": "x", "label": "X", "source": "tt-124-2021", "results": []}]}]
)
def test_a_broken_list_is_refused(tmp_path: Path, broken: dict[str, object]) -> None:
    (tmp_path / "meta").mkdir()
    (tmp_path / "meta" / "earlier.schema.json").write_bytes((shipped.LAW / "meta/earlier.schema.json").read_bytes())
    (tmp_path / "earlier.json").write_text(json.dumps(broken), encoding="utf-8")
    with pytest.raises(DefinitionInvalid):
        load_earlier(tmp_path)
