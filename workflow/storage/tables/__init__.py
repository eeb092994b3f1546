"""The one description of the schema, as SQLModel classes; ``queries`` may read it, nothing else outside storage.

Row classes end in ``Row``; beside each stands its SQLAlchemy table in capitals, for statements.
"""

from workflow.storage.tables.awards import AWARD_ROUND, QUOTA
from workflow.storage.tables.books import (
    CALENDAR_DAY,
    CYCLE,
    DEADLINE,
    LEDGER,
    ORGANISATION,
    PROVINCE_SETTINGS,
    PUBLISHED,
    STEP_DAYS,
    TIME_GRANT,
)
from workflow.storage.tables.columns import NAMES, Row
from workflow.storage.tables.dossiers import (
    ACT,
    ACT_ITEM,
    CLAIM,
    DOSSIER,
    DRAFT,
    FREE_TEXT,
    NOTE,
    NUMBERING,
    PAPER,
    PAPER_FILE,
    REQUEST,
    TALLY,
)
from workflow.storage.tables.notices import (
    CONTACT,
    LETTER,
    LETTER_ITEM,
    NOTICE_READ,
    NOTICE_SEEN,
    REMINDER_TOLD,
    REMINDER_TURN,
)
from workflow.storage.tables.numbers import ISSUED_NUMBER
from workflow.storage.tables.people import ACCOUNT, ASSIGNMENT, PERSON, TOKEN, WEB_SESSION
from workflow.storage.tables.records import IDEMPOTENCY, JOURNAL, META, OUTBOX, STREAM_HEAD
from workflow.storage.tables.reports import REPORT
from workflow.storage.tables.rolls import ROLL

METADATA = Row.metadata

__all__ = [
    "ACCOUNT",
    "ACT",
    "ACT_ITEM",
    "ASSIGNMENT",
    "AWARD_ROUND",
    "CALENDAR_DAY",
    "CLAIM",
    "CONTACT",
    "CYCLE",
    "DEADLINE",
    "DOSSIER",
    "DRAFT",
    "FREE_TEXT",
    "IDEMPOTENCY",
    "ISSUED_NUMBER",
    "JOURNAL",
    "LEDGER",
    "LETTER",
    "LETTER_ITEM",
    "META",
    "METADATA",
    "NAMES",
    "NOTE",
    "NOTICE_READ",
    "NOTICE_SEEN",
    "NUMBERING",
    "ORGANISATION",
    "OUTBOX",
    "PAPER",
    "PAPER_FILE",
    "PERSON",
    "PROVINCE_SETTINGS",
    "PUBLISHED",
    "QUOTA",
    "REMINDER_TOLD",
    "REMINDER_TURN",
    "REPORT",
    "REQUEST",
    "ROLL",
    "STEP_DAYS",
    "STREAM_HEAD",
    "TALLY",
    "TIME_GRANT",
    "TOKEN",
    "WEB_SESSION",
    "Row",
]
