"""The baseline: every table of the first release, and what refuses to change the journal.

Revision 0001, after nothing. Until the first tagged release it is written anew when a table changes.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from workflow.storage.migrations import triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TYPES: dict[str, Any] = {"": TEXT, "#": NUMBER, "!": sa.Integer(), "%": sa.LargeBinary()}
STRICT = {"sqlite_strict": True}
KEYED = {"sqlite_strict": True, "sqlite_with_rowid": False}
NUMBERED = {"sqlite_strict": True, "sqlite_autoincrement": True}


def _column(word: str) -> sa.Column[Any]:
    """`name` is text, `name#` a 64-bit number, `name!` a flag, `name%` bytes; a last `?` allows NULL."""
    name = word.rstrip("?")
    mark = name[-1] if name[-1] in "#!%" else ""
    return sa.Column(name.rstrip("#!%"), TYPES[mark], nullable=word.endswith("?"))


def _table(
    name: str, columns: str, *, key: str, options: dict[str, bool], owners: dict[str, str] | None = None
) -> None:
    rules: list[sa.Constraint] = [sa.PrimaryKeyConstraint(*key.split(), name=op.f(f"pk_{name}"))]
    for column, owner in (owners or {}).items():
        rules.append(sa.ForeignKeyConstraint([column], [owner], name=op.f(f"fk_{name}_{column}")))
    op.create_table(name, *map(_column, columns.split()), *rules, **options)


def _index(table: str, columns: str, *, unique: bool = False) -> None:
    name = f"ix_{table}_{columns.replace(' ', '_')}"
    op.create_index(op.f(name), table, columns.split(), unique=unique)


def upgrade() -> None:  # noqa: PLR0915 - one statement a table and index
    """Make every table, then the triggers."""
    _table(
        "act",
        "id trigger commune_id? province_id at# person_id role papers",
        key="id",
        options=STRICT,
    )
    _index("act", "province_id at")
    _table(
        "award_round",
        "id province_id form cycle# organisation_id special! opened_at# closed_at#?",
        key="id",
        options=STRICT,
    )
    op.create_index(
        "uq_award_round_yearly",
        "award_round",
        ["province_id", "form", "cycle", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("special = 0"),
        postgresql_where=sa.text("special = 0"),
    )
    _table(
        "calendar_day",
        "day body",
        key="day",
        options=KEYED,
    )
    _table(
        "cycle",
        "province_id kind cycle# opened_at# closed_at#?",
        key="province_id kind cycle",
        options=KEYED,
    )
    _table(
        "deadline",
        "province_id kind cycle# code opens#? due#? closes#? opens_after?",
        key="province_id kind cycle code",
        options=KEYED,
    )
    _table(
        "dossier",
        "id number province_id commune_id subject_id subject_kind kind kind_version# cycle# "
        "origin_id? state stage meaning holder? holder_since#? due_at#? own! late! on_hold! "
        "submitted! opened_at# opened_by_role updated_at# version# journal_head body%",
        key="id",
        options=STRICT,
    )
    _index("dossier", "commune_id holder due_at id")
    _index("dossier", "commune_id meaning updated_at id")
    _index("dossier", "origin_id")
    _index("dossier", "province_id holder due_at id")
    _index("dossier", "province_id kind cycle number")
    _index("dossier", "province_id number", unique=True)
    _index("dossier", "province_id meaning updated_at id")
    _index("dossier", "subject_id kind cycle")
    _table(
        "free_text",
        "id dossier_id? salt digest body anonymised_at#?",
        key="id",
        options=STRICT,
    )
    _index("free_text", "dossier_id")
    _table(
        "idempotency",
        "person_id key request_digest answer at#",
        key="person_id key",
        options=STRICT,
    )
    _index("idempotency", "at")
    _table(
        "journal",
        "position# stream seq# at# person_id role organisation_id door os_user? event payload prev hash",
        key="position",
        options=NUMBERED,
    )
    _index("journal", "stream seq", unique=True)
    _table(
        "issued_number",
        "id organisation_id province_id year# series number# symbol day about at# "
        "person_id role voided_at#? void_reason",
        key="id",
        options=STRICT,
    )
    _index("issued_number", "organisation_id year series number", unique=True)
    _table(
        "ledger",
        "id province_id commune_id subject_id subject_kind kind cycle# result label number "
        "decided_on? authority source recorded_at# entered_by dossier_id? paper_digest? "
        "confirmed_by? confirmed_at#? standing! ended_on? ended_by?",
        key="id",
        options=STRICT,
    )
    _index("ledger", "commune_id kind cycle id")
    _index("ledger", "dossier_id")
    _index("ledger", "province_id kind cycle id")
    _index("ledger", "subject_id kind cycle")
    op.create_index(
        "uq_ledger_standing",
        "ledger",
        ["subject_id", "kind", "cycle", "number"],
        unique=True,
        sqlite_where=sa.text("standing = 1"),
        postgresql_where=sa.text("standing = 1"),
    )
    _table(
        "meta",
        "key value",
        key="key",
        options=KEYED,
    )
    _table(
        "numbering",
        "province_id abbreviation cycle# last#",
        key="province_id abbreviation cycle",
        options=KEYED,
    )
    _table(
        "organisation",
        "id name name_folded kind parent_id? commune_id? province_id valid_from? valid_to? "
        "successor_id? managing_level delegated! attributes",
        key="id",
        options=STRICT,
    )
    _index("organisation", "commune_id kind")
    _index("organisation", "parent_id")
    _index("organisation", "province_id kind")
    _index("organisation", "province_id name_folded")
    _index("organisation", "successor_id")
    _table(
        "outbox",
        "position# at# dossier_id? audience organisation_id code facts delivered_at#?",
        key="position",
        options=NUMBERED,
    )
    _index("outbox", "delivered_at position")
    _index("outbox", "dossier_id")
    _index("outbox", "organisation_id audience position")
    _table(
        "person",
        "id office",
        key="id",
        options=STRICT,
    )
    _table(
        "province_settings",
        "province_id body",
        key="province_id",
        options=KEYED,
    )
    _table(
        "published",
        "province_id what key digest approver place# body extra",
        key="province_id what key",
        options=STRICT,
    )
    _table(
        "quota",
        "province_id form cycle# organisation_id number#",
        key="province_id form cycle organisation_id",
        options=KEYED,
    )
    _table(
        "reminder_told",
        "event at#",
        key="event",
        options=KEYED,
    )
    _table(
        "reminder_turn",
        "province_id rule holder due_at# dossier_id",
        key="province_id rule holder",
        options=KEYED,
    )
    _table(
        "report",
        "id province_id kind cycle# commune_id filed_at# filed_by role late! grant_id? signed? digest body%",
        key="id",
        options=STRICT,
    )
    _index("report", "commune_id kind cycle")
    _index("report", "province_id kind cycle commune_id", unique=True)
    _table(
        "request",
        "id what dossier_id? subject_id commune_id province_id at# person_id role text_id? facts "
        "answer? answered_at#? answered_by?",
        key="id",
        options=STRICT,
    )
    _index("request", "dossier_id")
    _index("request", "province_id answered_at at")
    _table(
        "step_days",
        "province_id kind state working_days#",
        key="province_id kind state",
        options=KEYED,
    )
    _table(
        "stream_head",
        "stream seq# head",
        key="stream",
        options=KEYED,
    )
    _table(
        "tally",
        "province_id kind cycle# commune_id state dossiers#",
        key="province_id kind cycle commune_id state",
        options=KEYED,
    )
    _table(
        "time_grant",
        "id province_id kind cycle# deadline_code grant_kind scope scope_id until# granted_at# granted_by reason_id?",
        key="id",
        options=STRICT,
    )
    _index("time_grant", "province_id kind cycle")
    _table(
        "account",
        "person_id login password_hash? totp_secret? totp_used#? failed_logins# locked_until#? disabled! changed_at#",
        key="person_id",
        options=STRICT,
        owners={"person_id": "person.id"},
    )
    _index("account", "login", unique=True)
    _table(
        "act_item",
        "act_id place# dossier_id choice?",
        key="act_id place",
        options=KEYED,
        owners={"act_id": "act.id"},
    )
    _index("act_item", "dossier_id")
    _table(
        "assignment",
        "id person_id role organisation_id commune_id? province_id valid_from? valid_to?",
        key="id",
        options=STRICT,
        owners={"person_id": "person.id"},
    )
    _index("assignment", "commune_id role")
    _index("assignment", "organisation_id role")
    _index("assignment", "person_id")
    _index("assignment", "province_id role")
    _table(
        "claim",
        "subject_id kind cycle# origin_id dossier_id",
        key="subject_id kind cycle origin_id",
        options=KEYED,
        owners={"dossier_id": "dossier.id"},
    )
    _table(
        "draft",
        "dossier_id code person_id at# body%",
        key="dossier_id code",
        options=STRICT,
        owners={"dossier_id": "dossier.id"},
    )
    _table(
        "note",
        "id dossier_id at# person_id role internal! text_id",
        key="id",
        options=STRICT,
        owners={"dossier_id": "dossier.id"},
    )
    _index("note", "dossier_id at")
    _table(
        "contact",
        "person_id email? rhythm",
        key="person_id",
        options=KEYED,
        owners={"person_id": "person.id"},
    )
    _table(
        "letter",
        "id person_id digest! at# state next_at# tries# problem? sent_at#?",
        key="id",
        options=STRICT,
        owners={"person_id": "person.id"},
    )
    _index("letter", "person_id")
    _index("letter", "state next_at id")
    _table(
        "letter_item",
        "person_id position# letter_id",
        key="person_id position",
        options=KEYED,
        owners={"letter_id": "letter.id"},
    )
    _index("letter_item", "letter_id position")
    _table(
        "notice_read",
        "person_id position#",
        key="person_id position",
        options=KEYED,
        owners={"person_id": "person.id"},
    )
    _table(
        "notice_seen",
        "person_id through#",
        key="person_id",
        options=KEYED,
        owners={"person_id": "person.id"},
    )
    _table(
        "paper",
        "id dossier_id? act_id? code version# schema_id digest at# body%",
        key="id",
        options=STRICT,
        owners={"dossier_id": "dossier.id"},
    )
    _table(
        "roll",
        "dossier_id code place# text folded amount#?",
        key="dossier_id code place",
        options=KEYED,
        owners={"dossier_id": "dossier.id"},
    )
    _index("roll", "code text")
    _table(
        "token",
        "digest person_id label scopes networks made# expires# last_used#? revoked_at#?",
        key="digest",
        options=STRICT,
        owners={"person_id": "person.id"},
    )
    _index("token", "person_id")
    _table(
        "web_session",
        "digest person_id assignment_id? created# last_seen# expires# second_factor_at#? revoked_at#? agent_digest",
        key="digest",
        options=STRICT,
        owners={"person_id": "person.id"},
    )
    _index("web_session", "person_id created")
    _table(
        "paper_file",
        "paper_id place# dossier_id? digest name media_type size#",
        key="paper_id place",
        options=KEYED,
        owners={"paper_id": "paper.id"},
    )
    _index("paper_file", "digest dossier_id")
    make = op.get_bind().dialect.name
    for statement in triggers.SQLITE if make == "sqlite" else triggers.POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """There is nothing before the baseline."""
    raise NotImplementedError("migrations go forward only; restore a backup instead")
