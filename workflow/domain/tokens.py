"""Personal tokens: what a program may do in its owner's name, from where, until when (promises.md 5.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from workflow.domain.errors import InvalidInput

TOKEN_DAYS = 90
"""Personal tokens last at most this long."""
MOST_TOKENS = 20
"""A person has at most so many that work."""
LONGEST_LABEL = 80
ID_LENGTH = 12
"""Digits of a token's digest that are its name on pages and in commands: enough to tell one from another."""


class TokenScope(StrEnum):
    """What a token is good for; each alone, none includes another."""

    FILE = "file"
    """Open dossiers, bring files, file papers."""
    KEEP = "keep"
    """Everything else that writes: the books, people, organisations; only the command line has such commands."""
    MOVE = "move"
    """Make steps: of one dossier, or an act on many; hold and lift."""
    READ = "read"
    """Look at what its owner may see."""


EVERY_SCOPE = frozenset(TokenScope)


@dataclass(frozen=True, slots=True)
class Token:
    """A personal token, known by the digest of its secret. ``networks``: the addresses it is taken from; none: any."""

    digest: str
    person_id: str
    label: str
    scopes: frozenset[TokenScope]
    made: datetime
    expires: datetime
    networks: tuple[str, ...] = ()
    last_used: datetime | None = None

    @property
    def id(self) -> str:
        """The name it goes by; it opens nothing."""
        return self.digest[:ID_LENGTH]

    def is_from(self, address: str) -> bool:
        """Whether the address lies in one of the token's networks; True where it names none."""
        try:
            place = ip_address(address)
        except ValueError:
            return not self.networks
        return not self.networks or any(place in _network(one) for one in self.networks)


def networks_of(text: str) -> tuple[str, ...]:
    """Networks as people type them (``10.1.0.0/16``, single addresses too), written one way.

    Raises ``InvalidInput`` ``token_network`` for anything else.
    """
    found = []
    for word in text.replace(",", " ").split():
        try:
            found.append(str(_network(word)))
        except ValueError:
            raise InvalidInput("token_network", network=word[:LONGEST_LABEL]) from None
    return tuple(dict.fromkeys(found))


def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text, strict=False)
