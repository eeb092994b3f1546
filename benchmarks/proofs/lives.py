"""Random lives of the shipped kinds beside ``tests.support.oracle``; a failure names kind, seed and step."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from random import Random

from benchmarks.proofs.figures import Found
from tests.definitions import shipped
from tests.support.oracle import Oracle, disagreement
from tests.support.wanderers import Wanderer

ENOUGH = 3
"""A move counts as proven lawful when it was made so often."""

NAMED = 12
"""So many of the others are named."""


def lives(
    count: int, *, steps: int = 30, seed: int = 0, processes: int = 1, kinds: tuple[str, ...] = shipped.KINDS
) -> Found:
    """So many lives, of any of the kinds; several processes share them."""
    every = range(seed, seed + count)
    if processes == 1:
        return _told(*some_lives(every, steps, kinds))
    shares = [every[place::processes] for place in range(processes)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        parts = pool.starmap(some_lives, [(share, steps, kinds) for share in shares])
    wrong = [one for _tries, found, _made in parts for one in found]
    return _told(sum(tries for tries, *_ in parts), wrong, sum((made for *_, made in parts), Counter[str]()))


def some_lives(seeds: range, steps: int, kinds: tuple[str, ...] = shipped.KINDS) -> tuple[int, list[str], Counter[str]]:
    """The lives of these seeds: moves tried, what was wrong, how often each move was made."""
    tries, wrong, made = 0, [], Counter[str]()
    oracles = {code: Oracle(shipped.LAW / "kinds" / code / "v1" / "kind.json") for code in shipped.KINDS}
    for number in seeds:
        dice = Random(number)
        code = dice.choice(kinds)
        walk = Wanderer(shipped.kind(code), dice)
        for step in range(steps):
            tried = walk.attempt()
            if tried.what != "move":
                continue
            tries += 1
            found = disagreement(oracles[code], walk, tried)
            if found:
                wrong.append(f"{code} seed {number} step {step}: {found}")
                break
            if tried.error is None:
                made[f"{code}:{tried.events[0].transition}"] += 1  # type: ignore[attr-defined]  # a move makes a Moved
    return tries, wrong, made


def _told(tries: int, wrong: list[str], made: Counter[str]) -> Found:
    every = {f"{code}:{move.id}" for code in shipped.KINDS for move in shipped.kind(code).transitions}
    seldom = sorted(move for move in every if made[move] < ENOUGH)
    figures: dict[str, object] = {
        "moves_made": made.total(),
        "moves_of_the_kinds": len(every),
        f"made_{ENOUGH}_times": len(every) - len(seldom),
        "seldom": seldom[:NAMED],
    }
    return Found(tries, wrong, figures=figures)
