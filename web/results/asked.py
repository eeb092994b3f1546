"""What the list of the ledger is narrowed to: read from the address, said in words, with the way out of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import request, url_for

from web.results.kinds import kind_labels, ledger_kind, subject_words
from web.words import say
from workflow.queries.ledger_filters import LedgerFilters

if TYPE_CHECKING:
    from collections.abc import Mapping

EVERY = "tat-ca"
"""Instead of a kind: results of every kind."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """One thing the list is narrowed to, in words, and the address without it."""

    words: str
    url: str


def filters_asked() -> LedgerFilters:
    """The filters of this request; without a kind the one the ledger is about. Raises ``filter_invalid``."""
    given = request.args.to_dict()
    every = given.get("kind") == EVERY
    if every:
        given.pop("kind")
    found = LedgerFilters.from_query(given)
    found = replace(found, confirmed=True)
    return found if every or found.kind else replace(found, kind=ledger_kind().code)


def parameters(filters: LedgerFilters) -> dict[str, str]:
    """The same as parameters of the page's address."""
    plain = replace(filters, confirmed=None).to_query()
    return plain if filters.kind else {**plain, "kind": EVERY}


def narrowed(filters: LedgerFilters, communes: Mapping[str, str]) -> list[Narrowed]:
    """What narrows the list beyond the kind, each with the way out."""
    said = {
        "text": f"“{filters.text}”" if filters.text else "",
        "cycle": say("ledger.said.cycle", cycle=filters.cycle) if filters.cycle else "",
        "commune": communes.get(filters.commune or "", ""),
        "subject_kind": subject_words(filters.subject_kind) if filters.subject_kind else "",
        "standing": "" if filters.standing is None else say("ledger.stands" if filters.standing else "ledger.ended"),
    }
    if filters.kind != ledger_kind().code:
        said["kind"] = kind_labels().get(filters.kind or "", say("ledger.all"))
    return [Narrowed(words, _without(filters, name)) for name, words in said.items() if words]


def _without(filters: LedgerFilters, name: str) -> str:
    plain: dict[str, Any] = {name: ledger_kind().code if name == "kind" else getattr(LedgerFilters(), name)}
    return listing_url(replace(filters, **plain))


def listing_url(filters: LedgerFilters, **more: str) -> str:
    """The address of the list, narrowed."""
    values: dict[str, Any] = {**parameters(filters), **more}
    return url_for("ledger.listing", **values)
