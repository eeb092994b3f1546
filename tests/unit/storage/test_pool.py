"""Connections are kept and given again, never more than agreed, never across a fork; writers come one by one."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from workflow.domain.errors import Unavailable
from workflow.storage.gate import WriterGate
from workflow.storage.pool import Pool


class Connection:
    """Something that is open until it is closed."""

    def __init__(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False


def pool_of(size: int, *, wait: float = 0.05) -> Pool:
    return Pool(Connection, size=size, wait_seconds=wait, is_alive=lambda connection: connection.is_open)


def test_the_newest_returned_is_taken_first() -> None:
    pool = pool_of(2)
    first, second = pool.take(), pool.take()
    pool.give(first)
    pool.give(second)
    assert pool.take() is second
    assert pool.take() is first


def test_no_more_than_agreed_and_no_waiting_without_end() -> None:
    pool = pool_of(1)
    held = pool.take()
    with pytest.raises(Unavailable) as caught:
        pool.take()
    assert caught.value.code == "database_busy"
    pool.give(held)
    assert pool.take() is held


def test_dead_and_dropped_connections_are_not_given_again() -> None:
    pool = pool_of(1)
    dead = pool.take()
    pool.give(dead)
    dead.close()
    fresh = pool.take()
    assert fresh is not dead
    pool.drop(fresh)
    assert not fresh.is_open
    assert pool.take() is not fresh


def test_a_connection_that_cannot_be_made_frees_its_place() -> None:
    def refused() -> Connection:
        raise OSError("refused")

    pool = Pool(refused, size=1, wait_seconds=0.05, is_alive=lambda _connection: True)
    for _ in range(3):
        with pytest.raises(OSError, match="refused"):
            pool.take()


def test_another_process_opens_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = pool_of(1)
    inherited = pool.take()
    pool.give(inherited)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    own = pool.take()
    assert own is not inherited
    assert inherited.is_open, "closing it would end the parent's session"


def test_closing_closes_what_is_idle() -> None:
    pool = pool_of(2)
    held, idle = pool.take(), pool.take()
    pool.give(idle)
    pool.close()
    assert (held.is_open, idle.is_open) == (True, False)


def test_the_gate_lets_one_in_at_a_time(tmp_path: Path) -> None:
    gates = [WriterGate(tmp_path / "lock", wait_seconds=5) for _ in range(2)]
    inside, most = 0, 0

    def writer(gate: WriterGate) -> None:
        nonlocal inside, most
        for _ in range(50):
            gate.enter()
            inside += 1
            most = max(most, inside)
            inside -= 1
            gate.leave()

    threads = [threading.Thread(target=writer, args=(gate,)) for gate in (*gates, *gates)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    for gate in gates:
        gate.close()


def test_threads_that_come_first_together_share_one_lock(tmp_path: Path) -> None:
    for number in range(50):
        gate, together = WriterGate(tmp_path / f"lock{number}", wait_seconds=5), threading.Barrier(4)

        def writer(gate: WriterGate = gate, together: threading.Barrier = together) -> None:
            together.wait()
            gate.enter()
            gate.leave()

        threads = [threading.Thread(target=writer, daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
        assert not any(thread.is_alive() for thread in threads)
        gate.close()


def test_the_gate_does_not_keep_threads_waiting_without_end(tmp_path: Path) -> None:
    gate = WriterGate(tmp_path / "lock", wait_seconds=0.05)
    gate.enter()
    with pytest.raises(Unavailable) as caught:
        gate.enter()
    assert caught.value.code == "database_busy"
    gate.leave()
    gate.enter()
    gate.leave()
    gate.close()


def test_the_gate_of_another_process_is_not_waited_for_without_end(tmp_path: Path) -> None:
    """Two gates of one file lock each other out as two processes do."""
    ours, other = (WriterGate(tmp_path / "lock", wait_seconds=0.1) for _ in range(2))
    other.enter()
    for _ in range(3):
        with pytest.raises(Unavailable) as caught:
            ours.enter()
        assert caught.value.code == "database_busy"
    other.leave()
    ours.enter()
    with pytest.raises(Unavailable):
        other.enter()
    ours.leave()
    ours.close()
    other.close()


def test_one_who_waits_is_let_in_as_soon_as_the_other_leaves(tmp_path: Path) -> None:
    ours, other = (WriterGate(tmp_path / "lock", wait_seconds=30) for _ in range(2))
    other.enter()
    leaving = threading.Timer(0.1, other.leave)
    leaving.start()
    ours.enter()
    ours.leave()
    leaving.join()
    other.enter()
    other.leave()
    ours.close()
    other.close()
