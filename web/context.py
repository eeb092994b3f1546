"""What a view reaches for: the house, the person who is signed in, the cycle that is being looked at."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, cast

from flask import current_app, request, session

from workflow.domain.calendars import local_day

if TYPE_CHECKING:
    from datetime import date, datetime

    from workflow.bootstrap import House


def house() -> House:
    """The house this application stands on."""
    return cast("House", current_app.extensions["hoso"])


def now() -> datetime:
    """The present instant by the house's clock (simulated in a practice file)."""
    return house().clock.now()


def today() -> date:
    """The present day in Asia/Ho_Chi_Minh."""
    return local_day(now())


def cycle() -> int:
    """The year that is being looked at: from the address, else as chosen before, else this year's."""
    asked = request.args.get("nam", "")
    if asked.isdigit() and 2000 <= int(asked) <= 2100:
        session["cycle"] = int(asked)
    return int(session.get("cycle", today().year))


def new_key() -> str:
    """A fresh key for a form that is about to be shown."""
    return secrets.token_hex(16)


def idempotency_key() -> str | None:
    """The key of the form that was sent: the same form sent twice has one effect."""
    key = request.form.get("idempotency_key", "")
    return key if 16 <= len(key) <= 64 else None
