"""A refusal in words for a page: what, who clears it, until when, the source, and the one thing the reader can do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import url_for

from web.access import person
from web.context import house
from web.words import say
from workflow.domain.actors import REPRESENTS_COMMUNE, Role
from workflow.domain.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

    from workflow.domain.guards import Refusal


@dataclass(frozen=True, slots=True)
class Go:
    """Where a refusal is cleared: a link to the very field, or a button that reminds whoever can clear it."""

    url: str
    label: str
    post: bool = False
    hidden: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """The citation in words, with the page of the register."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One unmet condition as ``macros/why.html`` draws it. ``own``: the reader can clear it."""

    what: str
    who: str
    until: str
    source: Source | None
    go: Go | None
    own: bool
    detail: str = ""


def sentence(refusal: Refusal) -> str:
    """What a refusal says."""
    return house().wording.say(refusal.code, **refusal.facts)


def reasons(
    refusals: Iterable[Refusal], *, dossier_id: str, own_dossier: bool = False, anchors: bool = True
) -> list[Reason]:
    """Refusals for the why-block, those that the reader can clear first."""
    told = [_told(item, dossier_id, own_dossier=own_dossier, anchors=anchors) for item in refusals]
    return sorted(told, key=lambda reason: not reason.own)


def _told(refusal: Refusal, dossier_id: str, *, own_dossier: bool, anchors: bool) -> Reason:
    who = person()
    role = who.actor.role if who is not None else None
    own = refusal.cleared_by is not None and (
        refusal.cleared_by == role or (own_dossier and refusal.cleared_by is Role.UNIT and role is REPRESENTS_COMMUNE)
    )
    return Reason(
        what=sentence(refusal),
        who=house().wording.speak(refusal.cleared_by) if refusal.cleared_by else say("why.nobody"),
        until=house().wording.last_moment(refusal.until, house().calendar()) if refusal.until else "",
        source=source(refusal.source),
        go=_go(refusal, dossier_id, own=own) if anchors else None,
        own=own,
    )


def source(citation: str) -> Source | None:
    """A citation as a link into the register of sources; None for an empty one."""
    if not citation:
        return None
    try:
        cited = house().sources.cite(citation)
    except NotFound:
        return Source(citation)
    return Source(cited.label, url_for("sources.one", source_id=cited.id))


def _go(refusal: Refusal, dossier_id: str, *, own: bool) -> Go | None:
    if own and refusal.paper is not None:
        rule_url = url_for("papers.edit", dossier_id=dossier_id, code=refusal.paper, _anchor=_anchor(refusal.path))
        return Go(rule_url, say("why.open_paper"))
    if not own and refusal.cleared_by is Role.UNIT and refusal.paper is not None:
        return Go(
            url_for("dossiers.remind", dossier_id=dossier_id),
            say("why.remind_unit"),
            post=True,
            hidden={"paper": refusal.paper},
        )
    return None


def _anchor(path: str | None) -> str | None:
    return None if not path else "o-" + path.strip("/").replace("/", "-")


def install(app: Flask) -> None:
    """The filter ``refusal_sentence`` for pages that list refusals plainly."""
    app.jinja_env.filters["refusal_sentence"] = sentence
