"""Commands on accounts of the web application: open one or give a first password again, close one, open it again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from workflow.cli.door import DOOR, Door, os_user, tends
from workflow.cli.speech import say
from workflow.cli.values import NEW_FILE, TEXT
from workflow.domain.actors import Actor, system_actor
from workflow.services.accounts import first_password


@tends
@click.argument("person", type=TEXT)
@click.option("--login", type=TEXT)
@click.option("--new-key", is_flag=True)
@click.option("--province", type=TEXT)
@click.option("--output", type=NEW_FILE)
def account(
    door: Door, *, person: str, login: str | None, new_key: bool, province: str | None, output: Path | None
) -> None:
    """Open a person's account, or give a first password again; told once, or written for its owner alone.

    ``--province``: as whoever sits at the machine, without a token; so the first administrator gets an account.
    """
    tell_account(door, keeper(door, province), person, login=login, new_key=new_key, output=output)


def tell_account(
    door: Door, actor: Actor, person: str, *, login: str | None, new_key: bool = False, output: Path | None = None
) -> None:
    """Make or renew the account and tell what its owner needs to sign in."""
    accounts, password = door.house.accounts, first_password()
    there = accounts.accounts_of(actor, [person]).get(person)
    if there is None or there.password_hash is None:
        name = login or person
        key = accounts.create(actor, person, login=name, password=password)
    else:
        name = there.login
        key = accounts.reset(actor, person, password=password, new_key=new_key)
    data = {"person": person, "login": name, "password": password, "key": key}
    lines = [say("cli.account.login", login=name), say("cli.account.password", password=password)]
    if key is not None:
        lines.append(say("cli.account.key", key=key))
    _hand_over(door, data, lines, output)


def _hand_over(door: Door, data: dict[str, str | None], lines: Sequence[str], output: Path | None) -> None:
    """On standard output, or in a file of its own."""
    if output is None:
        door.tell(data, [say("cli.account.shown"), *lines])
        return
    handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    told = {"person": data["person"], "login": data["login"], "file": str(output)}
    door.tell(told, [say("cli.account.written", file=str(output))])


def keeper(door: Door, province: str | None) -> Actor:
    """Who keeps the accounts: the person behind the token, or the system as whoever sits at this machine."""
    if province is None:
        return door.actor
    return replace(system_actor(province), door=DOOR, os_user=os_user())


@tends
@click.argument("person", type=TEXT)
@click.option("--open-again", is_flag=True)
def close_account(door: Door, *, person: str, open_again: bool) -> None:
    """Close a person's account: sessions and tokens end at once; ``--open-again`` lets it be used again."""
    door.house.accounts.set_disabled(door.actor, person, disabled=not open_again)
    told = "cli.account.opened" if open_again else "cli.account.closed"
    door.tell({"person": person, "closed": not open_again}, [say(told, person=person)])


COMMANDS = (account, close_account)
