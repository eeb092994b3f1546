"""One small tree of errors. Each has a stable ``code``; doors (web, API, command line) turn codes into answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflow.domain.refusal import Refusal


class HosoError(Exception):
    """Base of everything hoso refuses. ``facts`` are plain values for the sentence that explains it."""

    code = "error"

    def __init__(self, code: str | None = None, /, **facts: object) -> None:
        self.code = code or type(self).code
        self.facts: Mapping[str, object] = facts
        super().__init__(self.code, facts)


class NotFound(HosoError):
    """No such thing, or not within the actor's jurisdiction: both look the same on purpose."""

    code = "not_found"


class NotAllowed(HosoError):
    """The thing may be seen by this actor, but its role may never do this."""

    code = "not_allowed"


class InvalidInput(HosoError):
    """An argument that no state of the dossier could make right (unknown kind, malformed value …)."""

    code = "invalid_input"


class InvalidDocument(HosoError):
    """A paper its schema rejects, or a file that is not what it says; ``faults`` lists every place."""

    code = "invalid_document"

    def __init__(self, code: str | None = None, /, *, faults: tuple[object, ...] = (), **facts: object) -> None:
        super().__init__(code, **facts)
        self.faults = faults


class Conflict(HosoError):
    """The books already say something that this command would contradict."""

    code = "conflict"


class StaleDossier(Conflict):
    """Someone acted meanwhile. Facts: ``seen``, ``current``, and who acted last, in which role, when."""

    code = "stale_dossier"


class IdempotencyMismatch(Conflict):
    """The same idempotency key came with another content."""

    code = "idempotency_mismatch"


class TransitionNotAvailable(HosoError):
    """The kind knows no such move from this state. Facts: ``trigger``, ``state``, ``choices``."""

    code = "transition_not_available"


class TransitionRefused(HosoError):
    """The move exists but conditions are unmet; ``refusals`` holds all of them, never only the first."""

    code = "transition_refused"

    def __init__(self, refusals: tuple[Refusal, ...], **facts: object) -> None:
        super().__init__(None, **facts)
        self.refusals = refusals


class DefinitionInvalid(HosoError):
    """A kind, schema or criteria set that may not be loaded or published; ``faults`` lists all."""

    code = "definition_invalid"

    def __init__(self, faults: tuple[object, ...], **facts: object) -> None:
        super().__init__(None, **facts)
        self.faults = faults


class Unavailable(HosoError):
    """A store or service cannot answer now. The command's effect is unknown; repeat it with the same key."""

    code = "unavailable"
