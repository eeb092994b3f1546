"""The command line ``hoso``: text in, text out; every command takes the same way as a page of the web.

    speech      click in Vietnamese          values      what people type, read into values
    exit_codes  how a command ends
    door        which database, who, when    answers     refusals, faults, exit codes
    output      tables, JSON, progress       failures    what nobody expected
    paperwork   papers, files, words         finding     dossiers and organisations by what people call them
    records     commands on dossiers         receipts    what they did, or would do
    books       commands on the year and its dates
    awards      rounds, quotas, the explained list of proposals
    obliged     what organisations owe every year, put together, called for; targets; at_risk
    reading     show, explain, report; ``pages`` shows a dossier; lists: worklist, ledger; coverage; overview
    notices     what one was told, and how
    entries     organisations, people, earlier results; accounts; tokens; publishing: criteria sets and kinds
    sheets      lists as files               exchange    packages of dossiers
    proofs      verify-journal, checkpoint, backup, restore; upkeep: init, upgrade, sweep
    working     serve, worker
    checking    check, diagram               stories     seed, story

A file of commands is imported when one of its commands is asked for: help and usage need none of them.

May import ``bootstrap``, ``clockwork``, ``installation``, ``seeding``, ``queries``, ``papers``, and the types of
``services`` and ``domain``.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from workflow.cli.exit_codes import INTERRUPTED, UNEXPECTED, USAGE
from workflow.cli.failures import tell_failure
from workflow.cli.output import as_json, complain
from workflow.cli.speech import SpeakingGroup, Usage, say, usage_sentence
from workflow.domain.errors import HosoError


class CommandLine(SpeakingGroup):
    """The group of all commands; whatever goes wrong ends in a sentence and an exit code, never in a traceback."""

    def main(  # type: ignore[override]  # always ends the process, as click's standalone mode does
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> None:
        """Run one command and end the process with its exit code."""
        speak_utf8()
        words = list(sys.argv[1:] if args is None else args)
        extra.pop("standalone_mode", None)
        sys.exit(self._run(words, prog_name or "hoso", **extra))

    def _run(self, words: list[str], prog_name: str, **extra: Any) -> int:
        wants_json = "--json" in words
        try:
            code = super().main(words, prog_name, standalone_mode=False, **extra)
        except click.UsageError as error:
            return _wrong_usage(error, wants_json=wants_json)
        except (click.Abort, KeyboardInterrupt):
            complain(say("cli.interrupted"))
            return INTERRUPTED
        except BrokenPipeError:
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - nobody reads any more
            return UNEXPECTED
        except Exception as error:  # noqa: BLE001 - the last resort: one line and a log id
            return _failed(error, wants_json=wants_json)
        return code if isinstance(code, int) else 0


def _failed(error: Exception, *, wants_json: bool) -> int:
    """What went wrong outside of any command's own answer."""
    if isinstance(error, HosoError):
        from workflow.cli.answers import answer  # noqa: PLC0415 - knows every part of the house: seldom needed, slow

        told = answer(error, None)
        complain(*([as_json(told.as_data())] if wants_json else told.lines))
        return told.exit_code
    if isinstance(error, OSError):
        sentence = say("cli.not_written", file=str(error.filename or ""))
        found = {"code": "cli.not_written", "exit_code": UNEXPECTED, "sentence": sentence}
        complain(as_json({"error": found}) if wants_json else sentence)
        return UNEXPECTED
    return tell_failure(error, wants_json=wants_json)


def speak_utf8() -> None:
    """Vietnamese reaches the terminal whatever encoding the host was set to."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding="utf-8")


def _wrong_usage(error: click.UsageError, *, wants_json: bool) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        complain(error.message)
        return USAGE
    sentence = usage_sentence(error)
    if wants_json:
        code = error.code if isinstance(error, Usage) else "cli.usage"
        complain(as_json({"error": {"code": code, "exit_code": USAGE, "sentence": sentence}}))
        return USAGE
    complain(sentence)
    if error.ctx is not None:
        complain(say("cli.usage.help", command=error.ctx.command_path))
    return USAGE


main = CommandLine("hoso")
main.add_section(
    "records",
    records="register attach perform act correct hold lift rebind",
    many="registration-table register-many import-days",
)
main.add_section(
    "books",
    books="open-cycle close-cycle extend open-late set-date working-days calendar-day lift-separation settings",
)
main.add_section("awards", awards="open-round close-round quota proposals")
main.add_section(
    "entries",
    entries="import-organisations dissolve merge assign hand-over import-ledger confirm",
    accounts="account close-account",
    tokens="token tokens revoke-token",
)
main.add_section("publishing", publishing="publish-criteria publish-kind confirm-thresholds criteria-template")
main.add_section("obliged", obliged="obligations consolidate call-report", targets="targets", at_risk="at-risk")
main.add_section(
    "reading",
    lists="worklist ledger journal",
    printing="paper",
    numbering="numbers take-number void-number",
    reading="show explain report",
    coverage="coverage",
    overview="dashboard review",
    rolls="roll",
)
main.add_section("notices", notices="notices contact")
main.add_section("exchange", exchange="export import-package")
main.add_section("proofs", proofs="verify-journal checkpoint backup verify-backup restore")
main.add_section(
    "upkeep", upkeep="init upgrade sweep", working="serve worker", checking="check diagram", stories="seed story"
)
