"""What the command line answers when something is refused: exit code, sentences, the same as data.

Every refusal says what, who clears it, until when, and by which source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workflow.bootstrap import House
from workflow.cli.exit_codes import INVALID, NOT_FOUND, REFUSED, STALE, UNEXPECTED, USAGE
from workflow.cli.output import plain
from workflow.cli.speech import WORDING, say
from workflow.domain.errors import (
    DefinitionInvalid,
    HosoError,
    IdempotencyMismatch,
    InvalidDocument,
    InvalidInput,
    NotFound,
    StaleDossier,
    TransitionNotAvailable,
    TransitionRefused,
    Unavailable,
)
from workflow.domain.guards import Refusal
from workflow.domain.packages import PackageLine
from workflow.papers.workbook import CellFault, fault_sentence
from workflow.services.acts import ActRefused
from workflow.wording import MissingField, Unspeakable

_MEGABYTE = 1024 * 1024
_SIZES = frozenset({"limit", "size"})

_EXIT_CODES: tuple[tuple[type[HosoError], int], ...] = (
    (StaleDossier, STALE),
    (NotFound, NOT_FOUND),
    (InvalidDocument, INVALID),
    (DefinitionInvalid, INVALID),
    (IdempotencyMismatch, USAGE),
    (InvalidInput, USAGE),
    (Unavailable, UNEXPECTED),
    (HosoError, REFUSED),
)
"""The first class that fits gives the exit code."""


_DAMAGED = frozenset(
    {
        *("backup_damaged", "checkpoint_invalid"),
        *("package_damaged", "package_refused", "package_signature", "package_unsigned"),
    }
)
"""What was handed in is no usable document, whatever the class says."""


def exit_code(error: HosoError) -> int:
    """The documented exit code of an error."""
    if error.code in _DAMAGED:
        return INVALID
    return next(code for kind, code in _EXIT_CODES if isinstance(error, kind))


@dataclass(frozen=True, slots=True)
class Answer:
    """An error as it is told: lines for people, data for programs."""

    code: str
    exit_code: int
    lines: tuple[str, ...]
    data: Mapping[str, object] = field(default_factory=dict)

    def as_data(self) -> dict[str, object]:
        """What ``--json`` prints."""
        return {"error": {"code": self.code, "exit_code": self.exit_code, "sentence": self.lines[0], **self.data}}


def sentence(code: str, facts: Mapping[str, object], *, otherwise: str = "error") -> str:
    """The sentence of a code with its facts; where a fact is missing, its ``.plain`` form, else ``otherwise``."""
    known = {name: _told(name, value) for name, value in facts.items() if name != "code"}
    for candidate in (code, f"{code}.plain"):
        if candidate in WORDING:
            try:
                return WORDING.say(candidate, **known)
            except (MissingField, Unspeakable):
                continue
    return WORDING.say(otherwise)


def _told(name: str, value: object) -> object:
    """A fact as its sentence tells it: sizes of files in megabytes."""
    if name in _SIZES and isinstance(value, int) and value >= _MEGABYTE // 10:
        return say("cli.megabytes", n=(Decimal(value) / _MEGABYTE).quantize(Decimal("0.1")).normalize())
    return value


def answer(error: HosoError, house: House | None) -> Answer:
    """The whole answer to an error. Without a house sources and labels of papers cannot be named."""
    if isinstance(error, ActRefused):
        return _act_refused(error, house)
    if isinstance(error, TransitionRefused):
        return _refused(error, house)
    if isinstance(error, TransitionNotAvailable):
        return _not_available(error)
    facts = {name: plain(value) for name, value in error.facts.items()}
    head = sentence(error.code, error.facts, otherwise=_class_code(error))
    faults = getattr(error, "faults", ())
    if not faults:
        return Answer(error.code, exit_code(error), (head,), {"facts": facts})
    told = [fault_data(fault, house) for fault in faults]
    lines = tuple(f"  - {row['sentence']}" for row in told)
    head = say("cli.faults", head=head, count=len(told))
    return Answer(error.code, exit_code(error), (head, *lines), {"facts": facts, "faults": told})


def _class_code(error: HosoError) -> str:
    """The code of the error's class or of the nearest class above it that has a sentence."""
    return next(c.code for c in type(error).__mro__ if issubclass(c, HosoError) and c.code in WORDING)


# --- refusals -------------------------------------------------------------------------------------------------------


def _refused(error: TransitionRefused, house: House | None) -> Answer:
    what = _refused_head(error)
    head = say("cli.refused.count", what=what, count=len(error.refusals))
    return Answer(
        error.code,
        REFUSED,
        (head, *refusal_lines(error.refusals, house)),
        {"facts": plain(error.facts), "refusals": [refusal_data(r, house) for r in error.refusals]},
    )


def _refused_head(error: TransitionRefused) -> str:
    """What could not be done, in the words of the command, else of the step; with the dossier where it is named."""
    step, number = error.facts.get("step"), error.facts.get("number")
    own = f"cli.refused.{error.facts.get('trigger')}"
    if own in WORDING and WORDING.fields(own) <= error.facts.keys():
        what = say(own, **error.facts)
    else:
        what = say("cli.refused.step", step=step) if step else say("cli.refused")
    return f"{number}: {what}" if number else what


def _not_available(error: TransitionNotAvailable) -> Answer:
    choices = error.facts.get("choices")
    hint = say("cli.hint.choices", choices=choices) if choices else say("cli.hint.explain")
    return Answer(error.code, REFUSED, (sentence(error.code, error.facts), hint), {"facts": plain(error.facts)})


def _act_refused(error: ActRefused, house: House | None) -> Answer:
    blocked = [line for line in error.preview.lines if line.refusals and not line.left_out]
    lines = [say("cli.act.refused", blocked=len(blocked), count=len(error.preview.lines))]
    for line in blocked:
        lines += [f"{line.number}:", *refusal_lines(line.refusals, house)]
    rows = [
        {"dossier": line.dossier_id, "number": line.number, "refusals": [refusal_data(r, house) for r in line.refusals]}
        for line in blocked
    ]
    return Answer(error.code, REFUSED, tuple(lines), {"dossiers": rows})


def refusal_lines(refusals: Sequence[Refusal], house: House | None) -> Iterator[str]:
    """Each refusal numbered: what, then who clears it, until when, and the source."""
    for place, refusal in enumerate(refusals, 1):
        told = refusal_data(refusal, house)
        yield f"  {place}. {told['sentence']}"
        if tail := refusal_tail(refusal, house):
            yield f"     {tail}"


def refusal_tail(refusal: Refusal, house: House | None) -> str:
    """After the sentence: who clears it, until when, by which source; "" where nothing is known."""
    until, source = _until(refusal, house), source_words(refusal.source, house)
    tail = [
        say("cli.refusal.cleared_by", who=refusal.cleared_by) if refusal.cleared_by else "",
        say("cli.refusal.until", until=until) if until else "",
        say("cli.refusal.source", source=source) if source else "",
    ]
    return " ".join(part for part in tail if part)


def refusal_data(refusal: Refusal, house: House | None) -> dict[str, Any]:
    """A refusal as plain values, with its sentence, its source in words and its last moment in words."""
    return {
        "code": refusal.code,
        "sentence": sentence(refusal.code, refusal.facts, otherwise="transition_refused"),
        "facts": plain(refusal.facts),
        "cleared_by": plain(refusal.cleared_by),
        "until": plain(refusal.until),
        "until_words": _until(refusal, house),
        "source": refusal.source,
        "source_words": source_words(refusal.source, house),
        "paper": refusal.paper,
        "path": refusal.path,
    }


def _until(refusal: Refusal, house: House | None) -> str:
    if refusal.until is None or house is None:
        return ""
    return WORDING.last_moment(refusal.until, house.calendar())


def source_words(citation: str, house: House | None) -> str:
    """A citation in words; as it is written where its source is not in the register."""
    if not citation or house is None:
        return citation
    try:
        return house.sources.cite(citation).label
    except NotFound:
        return citation


# --- faults ---------------------------------------------------------------------------------------------------------


def _package_line(line: PackageLine) -> dict[str, object]:
    error = line.error or HosoError()
    words = sentence(error.code, error.facts, otherwise=_class_code(error))
    return {
        "code": error.code,
        "number": line.number,
        "facts": plain(error.facts),
        "sentence": f"{line.number}: {words}",
    }


def fault_data(fault: object, house: House | None) -> dict[str, object]:
    """One fault of a paper, a sheet, a workbook or a definition: its place and its sentence."""
    if isinstance(fault, PackageLine):
        return _package_line(fault)
    if isinstance(fault, CellFault):
        return {
            "code": fault.code,
            "sheet": fault.sheet,
            "cell": fault.cell,
            "facts": plain(fault.facts),
            "sentence": fault_sentence(fault, WORDING),
        }
    if house is not None and hasattr(fault, "path"):
        with suppress(TypeError):
            path, words = house.fault_told(fault)
            return {**_plain_fault(fault), "path": path, "sentence": words}
    return _other_fault(fault)


def _plain_fault(fault: object) -> dict[str, object]:
    """Code, place and facts of a fault, whoever found it."""
    codes = (getattr(fault, name, None) for name in ("message_code", "message", "code"))
    given = getattr(fault, "facts", None)
    return {
        "code": next((code for code in codes if isinstance(code, str)), ""),
        "document": getattr(fault, "document", getattr(fault, "file", "")),
        "path": str(getattr(fault, "path", "") or getattr(fault, "about", "")),
        "rule": getattr(fault, "rule", None),
        "facts": plain(given) if isinstance(given, Mapping) else {},
    }


def _other_fault(fault: object) -> dict[str, object]:
    told = _plain_fault(fault)
    given = getattr(fault, "facts", None)
    code = str(told["code"])
    if code in WORDING:
        return {**told, "sentence": sentence(code, given if isinstance(given, Mapping) else {})}
    return {**told, "sentence": say("cli.fault.plain", name=code or str(fault), place=str(told["path"]))}
