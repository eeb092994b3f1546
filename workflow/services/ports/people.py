"""People, their roles over time, their accounts and sessions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from workflow.domain.accounts import Account, WebSession
from workflow.domain.actors import Actor, Role
from workflow.domain.books import Holding
from workflow.domain.tokens import Token


class People(Protocol):
    """Persons by office, their roles."""

    def actor(self, person_id: str, *, at: datetime, role: Role | None = None) -> Actor:
        """The person in the (only, or named) role it holds at that instant; ``NotFound`` when none."""

    def held(self, person_id: str, *, at: datetime) -> list[tuple[str, str, str, str | None, str]]:
        """Role, organisation, province, commune and assignment of every role held at that instant."""

    def add_person(self, person_id: str, *, office: str) -> None:
        """A person, shown by office only."""

    def assign(
        self,
        person_id: str,
        role: Role,
        organisation_id: str,
        *,
        commune_id: str | None,
        province_id: str,
        valid_from: date | None = None,
        valid_to: date | None = None,
    ) -> None:
        """Give a person a role from a day, until a day."""

    def end_assignment(self, assignment_id: str, *, last_day: date) -> None:
        """The role is held until that day, included; ``NotFound``."""

    def offices(self, person_ids: Iterable[str]) -> dict[str, str]:
        """Office label by person id."""


class Accounts(Protocol):
    """Accounts and server-side sessions."""

    def by_login(self, login: str) -> Account | None:
        """The account of a login as people type it (folded before comparing)."""

    def by_person(self, person_id: str) -> Account | None:
        """The account of a person."""

    def put(self, account: Account) -> None:
        """Add or replace an account; ``Conflict`` when another person has the login."""

    def add_session(self, session: WebSession) -> None:
        """Keep a new session."""

    def session(self, digest: str) -> WebSession | None:
        """The session of a token's digest."""

    def put_session(self, session: WebSession) -> None:
        """Write back a session that was seen, confirmed or revoked."""

    def sessions_of(self, person_id: str) -> list[WebSession]:
        """Sessions of a person that were not revoked, newest first."""


class Tokens(Protocol):
    """Personal tokens of programs, known by digests."""

    def get(self, digest: str, *, at: datetime) -> Token | None:
        """The token of a digest that is neither expired nor revoked."""

    def of(self, person_id: str, *, at: datetime) -> list[Token]:
        """The tokens of a person that work, newest first."""

    def add(self, token: Token) -> None:
        """Keep a token; ``Conflict`` when its digest is known."""

    def seen(self, digest: str, *, at: datetime) -> None:
        """When the token was last used."""

    def revoke(self, digest: str, *, at: datetime) -> None:
        """End a token; ``NotFound``."""

    def revoke_all(self, person_id: str, *, at: datetime) -> int:
        """End every token of a person; how many there were."""


class Feeds(Protocol):
    """Private links to a person's calendar; at most one works at a time."""

    def owner(self, digest: str, *, at: datetime) -> str | None:
        """The person behind a link that works."""

    def until(self, person_id: str, *, at: datetime) -> datetime | None:
        """How long the person's link works (exclusive); None: there is none."""

    def add(self, digest: str, *, person_id: str, at: datetime, expires: datetime) -> None:
        """Keep a link by its digest."""

    def end(self, person_id: str, *, at: datetime) -> int:
        """End every link of the person; how many there were."""


class Holders(Protocol):
    """Who holds which role where; roles that have not ended before a day, those to come included."""

    def of_organisation(self, organisation_id: str, *, on: date) -> list[Holding]:
        """Roles in an organisation, by role."""

    def of_person(self, person_id: str, *, on: date) -> list[Holding]:
        """Roles of a person, by role."""

    def waiting(self, holding: Holding) -> int:
        """How many dossiers wait for the office of a role now."""

    def drafts(self, person_id: str) -> list[str]:
        """Numbers of the dossiers with a draft that this person saved last."""

    def unconfirmed(self, person_id: str) -> int:
        """How many earlier results the person entered that nobody confirmed yet."""

    def move_drafts(self, person_id: str, *, to: str) -> int:
        """The drafts of one person are another's from now on; how many."""
