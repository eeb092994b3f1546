"""click, speaking Vietnamese: help pages and complaints about usage, all from ``messages/vi/cli.json``.

A command takes its help from ``cli.<command>.help``, a parameter from ``cli.arg.<command>.<parameter>``,
else from ``cli.option.<parameter>``. Python holds none of the words.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from workflow.wording import Wording

WORDING = Wording()
"""The sentences, loaded once: help texts are needed before any database is opened."""

_WIDTH = 100


def say(code: str, **fields: object) -> str:
    """A sentence of the command line; raises UnknownMessage, MissingField."""
    return WORDING.say(code, **fields)


def said(*codes: str) -> str | None:
    """The sentence of the first of these codes that has one, or None."""
    return next((WORDING.say(code) for code in codes if code in WORDING), None)


def event_words(event: str) -> str:
    """What a row of the journal tells, in words; its code where there are none."""
    return said(f"cli.journal.{event}") or event


class Speaking(click.Command):
    """A command whose help page is Vietnamese. ``shared``: names of options that every command has."""

    shared: frozenset[str] = frozenset()

    def __init__(self, name: str | None, **settings: Any) -> None:
        super().__init__(name, **settings)
        self.help = said(f"cli.{name}.help")
        self.options_metavar = said("cli.metavar.options")
        for param in self.params:
            _describe(param, str(name))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option that shows the help page."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = said("cli.option.help")
        return option

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """A context wide enough for Vietnamese sentences."""
        extra.setdefault("max_content_width", _WIDTH)
        return super().make_context(info_name, args, parent, **extra)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The line that shows how the command is written."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=say("cli.help.usage") + " ")

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What stands after the command without a name."""
        rows = [(p.make_metavar(ctx), p.help or "") for p in self.get_params(ctx) if isinstance(p, click.Argument)]
        _write(formatter, "cli.help.arguments", rows)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What is given by name; the required ones say so."""
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option) and not p.hidden]
        own = [p for p in options if p.name not in self.shared]
        common = [p for p in options if p.name in self.shared]
        _write(formatter, "cli.help.options", [(p.get_help_spec(ctx), _option_help(p)) for p in own])
        _write(formatter, "cli.help.common", [(p.get_help_spec(ctx), _option_help(p)) for p in common])


class SpeakingGroup(Speaking, click.Group):
    """The command line itself: its commands under the headings of their subjects."""

    def __init__(self, name: str | None, **settings: Any) -> None:
        super().__init__(name, **settings)
        self.subcommand_metavar = say("cli.metavar.command")
        self._sections: dict[str, list[str]] = {}
        self._homes: dict[str, str] = {}

    def add_section(self, section: str, **homes: str) -> None:
        """Take in the commands of one subject: file = names. The heading is ``cli.section.<section>``."""
        self._homes |= {name: home for home, names in homes.items() for name in names.split()}
        self._sections[section] = " ".join(homes.values()).split()

    @property
    def sections(self) -> Mapping[str, Sequence[str]]:
        """Names of the commands by section."""
        return self._sections

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands."""
        del ctx
        return sorted(self._homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, its file imported now: some take a second, and nobody needs them all."""
        home = self._homes.get(cmd_name)
        if home is not None and cmd_name not in self.commands:
            for command in _imported(f"workflow.cli.{home}").COMMANDS:
                self.add_command(command)
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command asked for. A name near to one of ours is suggested, imported or not."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=self._homes, ctx=ctx) from None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then every command."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every command with the first sentence of its help."""
        del ctx
        for section, names in self._sections.items():
            told = [click.Command(name, help=say(f"cli.{name}.help")) for name in names]
            rows = [(str(command.name), command.get_short_help_str(limit=_WIDTH)) for command in told]
            _write(formatter, f"cli.section.{section}", rows)


def _imported(module: str) -> Any:
    """A module, imported while no garbage is looked for: an import leaves little, and looking takes long."""
    watched = gc.isenabled()
    gc.disable()
    try:
        return import_module(module)
    finally:
        if watched:
            gc.enable()


def _describe(param: click.Parameter, command: str) -> None:
    name = param.name or ""
    if isinstance(param, click.Option | click.Argument):
        param.help = said(f"cli.arg.{command}.{name}", f"cli.option.{name}")
    takes_value = not (isinstance(param, click.Option) and param.is_flag)
    if takes_value and param.metavar is None and not isinstance(param.type, click.Choice):
        param.metavar = said(f"cli.metavar.{name}", f"cli.metavar.{param.type.name}")
        if isinstance(param, click.Argument) and param.metavar:
            param.metavar += "..." if param.nargs != 1 else ""


def _option_help(option: click.Option) -> str:
    text = option.help or ""
    return say("cli.help.required", help=text) if option.required else text


def _write(formatter: click.HelpFormatter, heading: str, rows: list[tuple[str, str]]) -> None:
    if rows:
        with formatter.section(say(heading)):
            formatter.write_dl(rows)


def usage_sentence(error: click.UsageError) -> str:  # noqa: PLR0911 - one line a kind of mistake
    """What is wrong with the way a command was written, in Vietnamese."""
    match error:
        case click.NoSuchCommand():
            return _with_hint(say("cli.usage.no_such_command", command=error.command_name), error.possibilities)
        case click.NoSuchOption():
            return _with_hint(say("cli.usage.no_such_option", option=error.option_name), error.possibilities)
        case click.MissingParameter():
            return say("cli.usage.missing", parameter=_name_of(error.param))
        case click.BadOptionUsage():
            return say("cli.usage.option", option=error.option_name)
        case click.BadParameter():
            return say("cli.usage.bad_value", parameter=_name_of(error.param), why=error.message)
        case Usage():
            return error.message
        case _:
            return say("cli.usage.extra")


class Usage(click.UsageError):
    """Something wrong with how a command was written, said in Vietnamese by its code."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(say(code, **fields))
        self.code = code


def _with_hint(sentence: str, near: Sequence[str] | None) -> str:
    return f"{sentence} {say('cli.usage.perhaps', near=tuple(near))}" if near else sentence


def _name_of(param: click.Parameter | None) -> str:
    if param is None:
        return ""
    return param.opts[0] if isinstance(param, click.Option) else str(param.metavar or param.name)
