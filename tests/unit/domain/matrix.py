"""The table of who may enter which step (``matrix_dien_hinh.csv``), written by hand from the law, read for tests.

A: the step is this role's own act. R: the role may enter it from its signed paper. Empty: never. ``state<left`` is an
end with the state it was entered from. ``dossier``: the commune's own, every other, or any.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from workflow.domain.actors import Role

Cell = tuple[str, str, bool, Role]
"""Step, state (``state<left`` for an end), whether it is the commune's own dossier, role."""

FILE = Path(__file__).with_name("matrix_dien_hinh.csv")
WHOSE = {"any": (False, True), "own": (True,), "others": (False,)}


@cache
def lawful() -> dict[Cell, str]:
    """Every cell that is not empty. ValueError when the table says something twice."""
    cells: dict[Cell, str] = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for state in row["from"].split():
                for own in WHOSE[row["dossier"]]:
                    for role in Role:
                        said = row.get(role.value, "")
                        cell = (row["step"], state, own, role)
                        if said and cell in cells:
                            raise ValueError(f"said twice: {cell}")
                        if said:
                            cells[cell] = said
    return cells


def steps() -> set[str]:
    """Every step that the table knows."""
    return {cell[0] for cell in lawful()}


def places() -> set[str]:
    """Every state of the table, ends with the state they were entered from."""
    return {cell[1] for cell in lawful()}
