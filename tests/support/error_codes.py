"""Reads from the source which error codes `workflow/` raises: class by class, call by call."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

ROOT_CLASS = "HosoError"
MADE_OF_LISTS = (
    "DefinitionInvalid",
    "EntriesRefused",
    "PackageRefused",
    "PaperInvalid",
    "TransitionRefused",
    "WorkbookRefused",
)
"""Classes whose first argument is what was found, not a code; so with those below them."""


@dataclass(frozen=True)
class Raised:
    """A code at the place that raises it, with the names of the facts given there."""

    code: str
    place: str
    facts: frozenset[str] = field(default_factory=frozenset)


def error_classes(files: Iterable[tuple[str, str]], roots: Iterable[str] = (ROOT_CLASS,)) -> dict[str, str | None]:
    """Every class below HosoError (or other roots), by name, with the code of its own (None: its parent's)."""
    bases: dict[str, list[str]] = {}
    codes: dict[str, str | None] = {}
    for _name, text in files:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
                codes[node.name] = next(_own_code(node), None)
    found = set(roots)
    while more := {name for name, above in bases.items() if name not in found and found & set(above)}:
        found |= more
    return {name: codes.get(name) for name in found}


def _own_code(node: ast.ClassDef) -> Iterator[str]:
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant):
            yield from (str(line.value.value) for t in line.targets if isinstance(t, ast.Name) and t.id == "code")


def raised(files: list[tuple[str, str]]) -> tuple[list[Raised], list[str]]:
    """Every code that is raised or made, and the places whose code is not a literal."""
    classes, of_lists = error_classes(files), error_classes(files, MADE_OF_LISTS)
    known = [Raised(code, name) for name, code in classes.items() if code is not None]
    unclear: list[str] = []
    for name, text in files:
        for call in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)):
            if not isinstance(call.func, ast.Name) or call.func.id not in classes or not call.args:
                continue
            codes = list(_literals(call.args[0]))
            facts = frozenset(word.arg for word in call.keywords if word.arg)
            known += [Raised(code, f"{name}:{call.lineno}", facts) for code in codes]
            if not codes and not isinstance(call.args[0], ast.Constant) and call.func.id not in of_lists:
                unclear.append(f"{name}:{ast.unparse(call.args[0])}")
    return known, unclear


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
