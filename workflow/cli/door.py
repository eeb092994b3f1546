"""The door of the command line: which database, who acts and when; how answers and refusals leave.

A practice file accepts ``--at`` (never earlier than its present) and ``--as``. A real one takes a personal token
(``HOSO_TOKEN`` or ``--token-file``, never on the command line itself); the journal keeps the door and the
operating-system user.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from workflow.bootstrap import House, open_house
from workflow.cli import output
from workflow.cli.answers import answer
from workflow.cli.speech import Speaking, Usage
from workflow.cli.values import EXISTING_FILE, INSTANT, TEXT, Choice
from workflow.clock import PracticeClock
from workflow.domain.actors import Actor, Role
from workflow.domain.calendars import local_day
from workflow.domain.errors import HosoError, NotFound
from workflow.domain.tokens import TokenScope
from workflow.queries import people
from workflow.settings import Settings

DOOR = "cli"
ROLES = tuple(role.value for role in Role if role is not Role.SYSTEM)
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Asked:
    """The options every command has."""

    database: str | None = None
    files: str | None = None
    at: datetime | None = None
    as_person: str | None = None
    as_role: str | None = None
    token_file: Path | None = None
    as_json: bool = False
    key: str | None = None

    def settings(self) -> Settings:
        """The installation's settings, with what was given on the command line put over them.

        A file named by ``--db`` has its papers beside it, unless ``--files`` or ``HOSO_FILES`` says otherwise.
        """
        given: dict[str, str] = {}
        if self.database is not None:
            given["database"] = self.database if "://" in self.database else f"{_SQLITE}{self.database}"
            path = given["database"].removeprefix(_SQLITE)
            if path != given["database"] and "HOSO_FILES" not in os.environ:
                given["files"] = f"file:{Path(path).with_suffix('')}-files"
        if self.files is not None:
            given["files"] = self.files if ":" in self.files else f"file:{self.files}"
        try:
            return Settings(**given)  # type: ignore[arg-type]  # every value is a text that pydantic reads
        except ValueError as error:  # pydantic's own, which lists every fault with its place
            faults: list[dict[str, Any]] = getattr(error, "errors", list)()
            names = tuple(f"HOSO_{'_'.join(map(str, fault['loc'])).upper()}" for fault in faults)
            raise Usage("cli.usage.settings", names=names) from None


class Door:
    """One command's way in and out. The house is opened when it is first needed."""

    def __init__(self, asked: Asked, scope: TokenScope = TokenScope.KEEP) -> None:
        self.asked = asked
        self.scope = scope
        self.settings = asked.settings()
        self._opened: House | None = None
        self.only_looked = False

    @property
    def key(self) -> str | None:
        """The idempotency key of a writing command."""
        return self.asked.key

    @cached_property
    def house(self) -> House:
        """The house of this installation; a practice file shows the instant asked for."""
        path = self.settings.database.removeprefix(_SQLITE)
        if path != self.settings.database and not Path(path).exists():
            raise NotFound("schema_missing")
        house = self._opened = open_house(self.settings)
        if self.asked.at is not None:
            if not isinstance(house.clock, PracticeClock):
                raise Usage("cli.usage.practice_only", option="--at")
            house.clock.advance_to(self.asked.at)
        return house

    @cached_property
    def actor(self) -> Actor:
        """Who acts: a person of a practice file, or a personal token's owner. Raises Usage, NotFound, NotAllowed."""
        role = Role(self.asked.as_role) if self.asked.as_role else None
        if self.asked.as_person is not None:
            if not self.house.database.practice:
                raise Usage("cli.usage.practice_only", option="--as")
            found = self._named(self.asked.as_person, role)
        else:
            bearer = self.house.tokens.bearer(self._token(), role=role)
            bearer.need(self.scope)
            found = bearer.actor
        return replace(found, door=DOOR, os_user=os_user())

    def _named(self, person: str, role: Role | None) -> Actor:
        name, at, organisation = person.partition("@")
        if not at:
            return self.house.people.actor(person, role=role)
        if name not in ROLES:
            raise Usage("cli.usage.no_such_role", role=name, roles=ROLES)
        on = local_day(self.house.clock.now())
        persons = people.holders(self.house.database, Role(name), organisation, on=on)
        if not persons:
            raise NotFound("nobody_holds", role=Role(name), organisation=organisation)
        if len(persons) > 1:
            raise Usage("cli.usage.several_hold", person=person, persons=persons)
        return self.house.people.actor(persons[0], role=Role(name))

    def _token(self) -> str:
        if self.asked.token_file is not None:
            return self.asked.token_file.read_text(encoding="utf-8").strip()
        if self.settings.token is not None:
            return self.settings.token.get_secret_value()
        raise Usage("cli.usage.who_practice" if self.house.database.practice else "cli.usage.who")

    @property
    def province_id(self) -> str:
        """The province of this installation, for what nobody in particular asks for. Raises Usage."""
        if not self.settings.province:
            raise Usage("cli.usage.province")
        return self.settings.province

    def tell(self, data: object, lines: Iterable[str]) -> None:
        """The answer: ``data`` for programs, else the lines for people."""
        if self.asked.as_json:
            output.tell(output.as_json(data))
        else:
            output.tell(*lines)

    def refuse(self, error: HosoError) -> int:
        """Say what stands against the command, on standard error; the exit code."""
        told = answer(error, self._opened)
        if self.asked.as_json:
            output.complain(output.as_json(told.as_data()))
        else:
            output.complain(*told.lines)
        return told.exit_code

    def keep_clock(self) -> None:
        """After a command that wrote: a practice file's present is the instant at which it was done."""
        if self._opened is not None:
            self._opened.keep_present()

    def nothing_kept(self) -> None:
        """The command only looked (a preview): a practice file's present stays."""
        self.only_looked = True

    def close(self) -> None:
        """Give back the house."""
        if self._opened is not None:
            self._opened.close()


def os_user() -> str:
    """The user of the operating system; its number where it has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid()) if hasattr(os, "getuid") else "?"


class DoorCommand(Speaking):
    """A command behind the door. ``writes``: it moves a practice file's present; ``keyed``: it takes ``--key``.

    ``scope``: what a token must be good for to give it.
    """

    shared = frozenset({*Asked.__slots__, "_click_default_help"})

    def __init__(
        self,
        name: str | None,
        *,
        writes: bool = False,
        keyed: bool = False,
        scope: TokenScope = TokenScope.READ,
        **settings: Any,
    ) -> None:
        self.writes, self.scope = writes, scope
        settings["params"] = [*settings.get("params", ()), *_common(keyed=keyed)]
        super().__init__(name, **settings)

    def invoke(self, ctx: click.Context) -> int | None:
        """Run the command; its exit code where it was refused."""
        asked = Asked(**{name: ctx.params.pop(name) for name in Asked.__slots__ if name in ctx.params})
        door = Door(asked, self.scope)
        try:
            code: int | None = ctx.invoke(self.callback or _nothing, door, **ctx.params)
            if self.writes and not door.only_looked:
                door.keep_clock()
        except HosoError as error:
            return door.refuse(error)
        finally:
            door.close()
        return code


def _nothing(_door: Door) -> None:
    """A command without a body does nothing."""


def _common(*, keyed: bool) -> list[click.Parameter]:
    options: list[click.Parameter] = [
        click.Option(["--db", "database"], type=TEXT),
        click.Option(["--files"], type=TEXT),
        click.Option(["--at"], type=INSTANT),
        click.Option(["--as", "as_person"], type=TEXT),
        click.Option(["--role", "as_role"], type=Choice(ROLES)),
        click.Option(["--token-file"], type=EXISTING_FILE),
        click.Option(["--json", "as_json"], is_flag=True),
    ]
    return [*options, click.Option(["--key"], type=TEXT)] if keyed else options


Body = Callable[..., int | None]
"""What a command does; a number is its exit code."""


def reads(function: Body) -> DoorCommand:
    """A command that changes nothing; its name is the function's."""
    return _command(function, writes=False, keyed=False, scope=TokenScope.READ)


def writes(function: Body) -> DoorCommand:
    """A command that changes something, at most once for a key; its name is the function's."""
    return _command(function, writes=True, keyed=True, scope=TokenScope.KEEP)


def files(function: Body) -> DoorCommand:
    """A command of ``writes`` that files papers."""
    return _command(function, writes=True, keyed=True, scope=TokenScope.FILE)


def moves(function: Body) -> DoorCommand:
    """A command of ``writes`` that makes steps."""
    return _command(function, writes=True, keyed=True, scope=TokenScope.MOVE)


def tends(function: Body) -> DoorCommand:
    """A command that looks after the installation; it needs no key: doing it twice equals once, or is refused."""
    return _command(function, writes=True, keyed=False, scope=TokenScope.KEEP)


def _command(function: Body, *, writes: bool, keyed: bool, scope: TokenScope) -> DoorCommand:
    name = function.__name__.strip("_").replace("_", "-")
    return click.command(name, cls=DoorCommand, writes=writes, keyed=keyed, scope=scope)(function)
