"""Commands on personal tokens: make one with its scopes, list those that work, revoke one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from workflow.cli.door import Door, reads, tends
from workflow.cli.output import plain, table
from workflow.cli.speech import WORDING, say
from workflow.cli.values import NEW_FILE, TEXT, Choice, Whole
from workflow.domain.tokens import EVERY_SCOPE, TOKEN_DAYS, Token, TokenScope, networks_of

_SCOPES = tuple(sorted(scope.value for scope in EVERY_SCOPE))


@tends
@click.argument("person", type=TEXT)
@click.option("--label", type=TEXT, required=True)
@click.option("--days", type=Whole(1, TOKEN_DAYS), default=TOKEN_DAYS)
@click.option("--scope", "scopes", type=Choice(_SCOPES), multiple=True)
@click.option("--network", "networks", type=TEXT, multiple=True)
@click.option("--output", type=NEW_FILE)
def token(
    door: Door,
    *,
    person: str,
    label: str,
    days: int,
    scopes: Sequence[str],
    networks: Sequence[str],
    output: Path | None,
) -> None:
    """Make a personal token; shown once, or written to a file that only its owner reads."""
    made = door.house.tokens.make(
        door.actor,
        person,
        label=label,
        days=days,
        scopes=[TokenScope(one) for one in scopes] or EVERY_SCOPE,
        networks=networks_of(" ".join(networks)),
    )
    tell_token(door, person, made, output)


def tell_token(door: Door, person: str, made: str, output: Path | None) -> None:
    """A fresh token: on standard output, or in a file of its own."""
    if output is None:
        door.tell({"person": person, "token": made}, [say("cli.token.shown"), made])
        return
    handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(made + "\n")
    door.tell({"person": person, "file": str(output)}, [say("cli.token.written", file=str(output))])


@reads
@click.argument("person", type=TEXT, required=False)
def tokens(door: Door, *, person: str | None) -> None:
    """The tokens that work, one's own without a person; the secrets themselves are kept nowhere."""
    found = door.house.tokens.of(door.actor, person)
    door.tell({"items": [token_data(one) for one in found]}, _lines(found))


def token_data(one: Token) -> dict[str, object]:
    """A token as ``--json`` prints it."""
    return {
        "id": one.id,
        "label": one.label,
        "scopes": sorted(one.scopes),
        "networks": list(one.networks),
        "made": plain(one.made),
        "expires": plain(one.expires),
        "last_used": plain(one.last_used),
    }


def _lines(found: Sequence[Token]) -> Iterator[str]:
    if not found:
        yield say("cli.tokens.none")
        return
    codes = ("token", "label", "scopes", "networks", "expires", "last_used")
    yield from table([say(f"cli.head.{code}") for code in codes], [_row(one) for one in found])


def _row(one: Token) -> list[object]:
    used = WORDING.speak(one.last_used) if one.last_used else ""
    return [one.id, one.label, ", ".join(sorted(one.scopes)), ", ".join(one.networks), WORDING.speak(one.expires), used]


@tends
@click.argument("token_id", metavar="TOKEN", type=TEXT)
@click.option("--of", "person", type=TEXT)
def revoke_token(door: Door, *, token_id: str, person: str | None) -> None:
    """End a token by the name that ``tokens`` tells; it opens nothing from now on."""
    door.house.tokens.revoke(door.actor, token_id, person_id=person)
    door.tell({"revoked": token_id}, [say("cli.token.revoked", token=token_id)])


COMMANDS = (token, tokens, revoke_token)
