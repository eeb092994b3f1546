"""Why a form is shown again: what is wrong at which field, what stands against it, who was quicker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import render_template, request

from web.access import actor
from web.context import house, idempotency_key
from web.dossier.choices import told
from web.dossier.paper_forms import problems_of
from web.dossier.sight import seen_version
from web.dossier.story import tell
from web.errors import sentence
from web.forms.binding import Summary
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.errors import (
    IdempotencyMismatch,
    InvalidDocument,
    InvalidInput,
    StaleDossier,
    TransitionRefused,
)
from workflow.domain.events import Moved
from workflow.domain.file_checks import FileFinding
from workflow.queries.answers import answer_of

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from web.dossier.signed import TypedPaper
    from web.forms import Problem
    from web.refusals import Reason

FORM = "f"


@dataclass(slots=True)
class Trouble:
    """What is wrong with what was typed. ``status`` 200: nothing, the form is shown for the first time."""

    lines: list[Summary] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    refusals: tuple[Reason, ...] = ()
    stale: str = ""
    signed: TypedPaper | None = None
    status: int = 200

    def add(self, words: str, place: str) -> None:
        """One thing wrong at one field."""
        self.lines.append(Summary(words, place))
        self.status = 422

    def at(self, place: str) -> list[str]:
        """What is wrong at a field."""
        return [line.sentence for line in self.lines if line.target == place]

    @property
    def is_there(self) -> bool:
        """Whether the form cannot be sent on as it is."""
        return bool(self.lines or self.problems or self.refusals or self.stale)


@contextmanager
def catching(sight: Sight, trouble: Trouble, *, place: str = FORM) -> Iterator[None]:
    """Turn what the engine says against a command into trouble; ``place``: where what has no field is said."""
    try:
        yield
    except InvalidDocument as error:
        trouble.problems = problems_of(error)
        trouble.status = 422
        about_files = [house().fault_told(fault)[1] for fault in error.faults if isinstance(fault, FileFinding)]
        for words in about_files:
            trouble.add(words, place)
        if not trouble.problems and not about_files:
            trouble.add(sentence(error), place)
    except InvalidInput as error:
        trouble.add(sentence(error), place)
    except TransitionRefused as error:
        trouble.refusals, trouble.status = told(sight, error.refusals), 409
    except StaleDossier as error:
        trouble.stale, trouble.status = sentence(_by_name(sight, error)), 409
    except IdempotencyMismatch:
        trouble.stale, trouble.status = say("form.sent_before"), 409


def _by_name(sight: Sight, error: StaleDossier) -> StaleDossier:
    """The same error with whoever was quicker by the name of the office instead of its role."""
    role = error.facts.get("role")
    return StaleDossier(**{**error.facts, "role": sight.name_of(Role(role))}) if isinstance(role, str) else error


def version_for(sight: Sight, trouble: Trouble) -> int:
    """The version a form is for: as it was posted, until its reader is told that the dossier changed meanwhile."""
    posted = seen_version() if request.method == "POST" and not trouble.stale else 0
    return posted or sight.dossier.version


def version_made_before(dossier_id: str) -> int | None:
    """The version of the dossier that this very form made when it was sent before; None when it never was."""
    answer = answer_of(house().database, actor(), idempotency_key())
    if answer is None:
        return None
    receipts = answer.get("receipts", [answer])
    made = [one for one in receipts if isinstance(one, dict)] if isinstance(receipts, list) else []
    return next((int(one["version"]) for one in made if one.get("dossier_id") == dossier_id), None)


def gone_page(sight: Sight) -> tuple[str, int]:
    """The dossier has no such step now: what it is in, who moved it last, what was typed, and the way back to it."""
    moved = [entry for entry in sight.record.entries if isinstance(entry.event, Moved)]
    last = tell(sight, max(moved, key=lambda entry: entry.seq)) if moved else None
    return render_template("moves/gone.html", sight=sight, last=last, typed=_sentences()), 409


def _sentences() -> tuple[str, ...]:
    """The sentences among what was posted: what a person would be sorry to type again."""
    posted = ((name, text.strip()) for name, text in request.form.items(multi=True))
    return tuple(text for name, text in posted if " " in text and not name.startswith("_"))
