"""Races and kills in processes of their own, small; and the same with a fault planted, which must be found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.proofs import __main__ as command
from benchmarks.proofs import kills as kills_module
from benchmarks.proofs.figures import Server, empty_database
from benchmarks.proofs.kills import kills
from benchmarks.proofs.races import races
from tests.support import planted_faults

RACES, KILLS = 20, 2
LATE = 5
"""A series whose kills come late."""
MOST_SERIES = 5
"""On a busy machine officers seldom meet; then they race on until enough of them did."""


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> Server | None:
    """None for SQLite, else the server of the run, which others use too and nobody may kill."""
    return None if request.param == "sqlite" else Server(request.getfixturevalue("postgres_url"), own=False)


def test_officers_of_several_processes_race_and_exactly_one_wins(server: Server | None, tmp_path: Path) -> None:
    overlapping = 0
    for series in range(MOST_SERIES):
        (folder := tmp_path / str(series)).mkdir()
        with empty_database(server, folder) as empty:
            found = races(empty, folder, RACES, processes=2, units=6, seed=series)
        assert (found.wrong, found.untold) == ([], [])
        overlapping += found.figures["overlapping"]  # type: ignore[operator]
        if overlapping > RACES // 2:
            return
    pytest.fail(f"officers hardly met: {overlapping} races of {MOST_SERIES * RACES}")


def test_two_winners_are_noticed(tmp_path: Path) -> None:
    """The planted fault is a house that never asks which version was seen."""
    found = races(
        f"sqlite:///{tmp_path / 'race.sqlite'}", tmp_path, 8, processes=2, units=2, plant=planted_faults.forget_versions
    )
    assert any("2 winners" in fault for fault in found.wrong)


def test_processes_killed_under_load_lose_nothing_that_was_acknowledged(server: Server | None, tmp_path: Path) -> None:
    found = kills(server, tmp_path, KILLS, workers=2)
    assert (found.wrong, found.untold) == ([], [])
    assert found.figures["acknowledged"] > KILLS  # type: ignore[operator]
    assert bool(found.not_run) is (server is not None)


def test_a_move_acknowledged_before_its_commit_is_noticed(tmp_path: Path) -> None:
    found = kills(None, tmp_path, KILLS, workers=2, plant=planted_faults.acknowledge_early)
    assert any("acknowledged but lost" in fault for fault in found.wrong)


def test_a_move_that_a_kill_leaves_half_done_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault commits every write by itself, and stays long between two; the kills come when it does."""
    monkeypatch.setattr(kills_module, "LONGEST_LOAD", 1.0)
    found = kills(None, tmp_path, KILLS, workers=2, seed=LATE, plant=planted_faults.commit_each)
    assert found.wrong


def test_what_cannot_run_is_told_and_never_passes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @contextmanager
    def none_here(_make: str, _folder: Path) -> Iterator[Server | None]:
        raise RuntimeError("No PostgreSQL")
        yield None

    monkeypatch.setattr(command, "server", none_here)
    assert command.main(["tampering", "--count", "1", "--database", "postgresql"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["tries"], told["failures"], told["not_run"]) == (0, 0, ["No PostgreSQL"])
