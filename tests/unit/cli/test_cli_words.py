"""The words of the command line: every sentence there is used, every command and option has its help, in Vietnamese."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from tests.support import error_codes, tree
from workflow.cli import main
from workflow.cli.door import Asked
from workflow.cli.speech import WORDING
from workflow.storage import faults

SPEAKERS = {"say", "said", "Usage", "CellFault"}
CLI = [(name, text) for name, text in tree.python_code() if name.startswith("workflow/cli/")]


def literals(text: str) -> Iterator[tuple[int, str]]:
    """Codes that a file of the command line says, where they stand as literals."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in SPEAKERS:
            continue
        for argument in node.args[:1]:
            for part in ast.walk(argument) if not isinstance(argument, ast.JoinedStr) else ():
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.startswith("cli."):
                    yield node.lineno, part.value


def test_every_sentence_said_is_there() -> None:
    said = [(name, line, code) for name, text in CLI for line, code in literals(text)]
    assert len(said) > 100
    assert [row for row in said if row[2] not in WORDING] == []


def test_a_planted_sentence_is_found() -> None:
    assert list(literals('say("cli.no_such" if x else "cli.other", n=1)')) == [(1, "cli.no_such"), (1, "cli.other")]


def commands() -> list[tuple[str, click.Command]]:
    """Every command with its name."""
    with click.Context(main, info_name="hoso") as ctx:
        return [(name, found) for name in main.list_commands(ctx) if (found := main.get_command(ctx, name))]


@pytest.mark.parametrize(("name", "command"), commands())
def test_every_command_and_parameter_has_its_help(name: str, command: click.Command) -> None:
    assert command.help
    silent = [p.name for p in command.params if isinstance(p, click.Option | click.Argument) and not p.help]
    assert silent == []
    for param in command.params:
        valued = not (isinstance(param, click.Option) and param.is_flag) and not isinstance(param.type, click.Choice)
        assert not valued or param.metavar, f"{name} {param.name} shows what it takes in English"


@pytest.mark.parametrize(("name", "command"), commands())
def test_no_parameter_takes_the_name_of_a_common_one(name: str, command: click.Command) -> None:
    names = [param.name for param in command.params]
    assert len(names) == len(set(names)), f"{name} names an option twice"
    assert {"as_json", "as_person", "at", "database"} <= set(names) & set(Asked.__slots__)


@pytest.mark.parametrize(("name", "command"), commands())
def test_help_page_holds_no_english_of_click(name: str, command: click.Command) -> None:
    with click.Context(main, info_name="hoso") as parent, click.Context(command, info_name=name, parent=parent) as ctx:
        page = command.get_help(ctx)
    assert not re.search(r"Usage|Options:|Show this message|required\]|TEXT|INTEGER|Positional", page)
    assert page.startswith("Cách viết: hoso ")


def test_every_command_stands_under_one_heading() -> None:
    listed = [name for names in main.sections.values() for name in names]
    assert len(commands()) == len(listed) > 35
    assert sorted(listed) == sorted(main.commands)


def test_help_imports_no_command() -> None:
    """A command line that is slow to start is not asked; the files of commands bring the database and all schemas."""
    program = "import sys; from workflow.cli import main; main(['--help'])\n"
    program = f"import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); {program}"
    asked = subprocess.run([sys.executable, "-c", program], cwd=tree.ROOT, capture_output=True, text=True, check=True)
    assert "open-cycle" in asked.stdout
    heavy = {"sqlalchemy", "jsonschema", "pydantic", "workflow.bootstrap", "workflow.cli.records"}
    assert heavy & set(asked.stderr.split()) == set()


# --- errors ---------------------------------------------------------------------------------------------------------

ENGINE = [(name, text) for name, text in tree.python_code() if name.startswith("workflow/")]

CODES_FROM_VALUES = {
    "workflow/definitions/scenario_books.py:problems[0]": (),
    "workflow/services/dates.py:problems[0]": (
        "closes_before_due",
        "due_before_opens",
        "extension_after_closing",
        "grant_gives_no_time",
        "grant_other_deadline",
        "grant_without_end",
        "grant_without_reason",
        "late_opening_before_closing",
        "never_open",
        "opens_after_itself",
    ),
    "workflow/storage/faults.py:code": tuple(
        sorted({*faults._SQLITE.values(), *(code for _, code in faults._POSTGRESQL)})
    ),
}
"""Codes that are raised from a value; the value's own codes stand here."""


def test_every_error_code_has_its_sentence() -> None:
    known, _ = error_codes.raised(ENGINE)
    codes = {item.code for item in known} | {code for codes in CODES_FROM_VALUES.values() for code in codes}
    assert len(codes) > 120
    assert sorted(code for code in codes if code not in WORDING) == []


def test_every_sentence_of_an_error_can_be_said_with_the_facts_given() -> None:
    """By the facts that stand beside the code where it is raised; ``.plain`` is the other way to say it."""
    known, _ = error_codes.raised(ENGINE)
    mute = []
    for item in known:
        ways = [way for way in (item.code, f"{item.code}.plain") if way in WORDING]
        if item.place.startswith("workflow/") and not any(WORDING.fields(way) <= item.facts for way in ways):
            mute.append(f"{item.place}: {item.code} needs {[sorted(WORDING.fields(way)) for way in ways]}")
    assert mute == []


def test_every_refusal_outside_the_domain_has_its_sentence() -> None:
    """Those of the domain are proved beside it, with the facts they pass."""
    beyond = [(name, text) for name, text in ENGINE if not name.startswith("workflow/domain/")]
    codes = {
        argument.value
        for _name, text in beyond
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Refusal"
        for argument in call.args[:1]
        if isinstance(argument, ast.Constant)
    }
    assert "act.no_such_move" in codes
    assert sorted(code for code in codes if code not in WORDING) == []


def test_codes_raised_from_values_are_listed() -> None:
    """A new place that raises a code by a variable must be listed above."""
    _, unclear = error_codes.raised(ENGINE)
    assert sorted(set(unclear)) == sorted(CODES_FROM_VALUES)


def test_a_planted_error_without_a_sentence_is_found() -> None:
    planted = [
        ("workflow/domain/errors.py", "class HosoError(Exception):\n    code = 'error'\n"),
        ("workflow/x.py", "class Odd(HosoError):\n    code = 'odd'\n\nraise Odd('very_odd' if a else 'even', n=1)\n"),
    ]
    known, unclear = error_codes.raised(planted)
    assert sorted((item.code, item.place) for item in known) == [
        ("error", "HosoError"),
        ("even", "workflow/x.py:4"),
        ("odd", "Odd"),
        ("very_odd", "workflow/x.py:4"),
    ]
    assert unclear == []
