"""What nobody expected: one sentence with a log id for people, the place in the code for those who mend it.

A traceback is shown only with ``HOSO_DEBUG=1``. The log (JSON lines, readable by its owner alone) holds the kind of
error and where it happened, never values: they may be personal or secret.
"""

from __future__ import annotations

import json
import os
import secrets
import traceback
from datetime import UTC, datetime
from pathlib import Path

from workflow.cli.exit_codes import UNEXPECTED
from workflow.cli.output import as_json, complain
from workflow.cli.speech import say


def log_path() -> Path:
    """The file of unexpected errors: ``hoso/errors.jsonl`` under the user's folder for such things."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "hoso" / "errors.jsonl"


def tell_failure(error: Exception, *, wants_json: bool) -> int:
    """Log the error and say its log id; the exit code."""
    if os.environ.get("HOSO_DEBUG", "").strip() in {"1", "true"}:
        complain("".join(traceback.format_exception(error)).rstrip())
        return UNEXPECTED
    log_id = secrets.token_hex(4)
    kept = _log(error, log_id)
    sentence = say("cli.unexpected", id=log_id)
    if wants_json:
        told = {"code": "unexpected", "exit_code": UNEXPECTED, "sentence": sentence, "log": log_id}
        complain(as_json({"error": told}))
    else:
        complain(sentence)
    if not kept:
        complain(say("cli.unexpected.not_logged"))
    return UNEXPECTED


def _log(error: Exception, log_id: str) -> bool:
    frames = [f"{Path(f.filename).name}:{f.lineno}:{f.name}" for f in traceback.extract_tb(error.__traceback__)]
    line = {"at": datetime.now(UTC).isoformat(), "id": log_id, "error": type(error).__name__, "frames": frames}
    try:
        path = log_path()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
    except OSError:
        return False
    return True
