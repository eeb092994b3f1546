"""The one WHERE of every list is ``can_view`` in SQL: equal over generated dossiers and actors, on both databases."""

from __future__ import annotations

import hypothesis
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from tests.support.reading import EVERYBODY, dossier_row, write_dossiers
from workflow.domain.actors import Actor, Role
from workflow.domain.dossier import Dossier
from workflow.domain.visibility import can_view
from workflow.queries.scope import me, visible_to
from workflow.storage.database import Database
from workflow.storage.statements import Statement
from workflow.storage.tables import DOSSIER

ROLES = tuple(Role)
PLACES = ("tinh", "tinh-2")
COMMUNES = ("xa", "xa-2")
SUBJECTS = ("s-1", "s-2", "xa")

dossiers = st.fixed_dictionaries(
    {
        "province_id": st.sampled_from(PLACES),
        "commune_id": st.sampled_from(COMMUNES),
        "subject_id": st.sampled_from(SUBJECTS),
        "meaning": st.sampled_from(("draft", "open", "returned", "positive", "negative", "void")),
        "opened_by_role": st.sampled_from([role.value for role in ROLES]),
        "own": st.sampled_from((0, 1)),
        "submitted": st.sampled_from((0, 1)),
    }
)
actors = st.builds(
    Actor,
    person_id=st.just("p"),
    role=st.sampled_from(ROLES),
    organisation_id=st.sampled_from((*SUBJECTS, "")),
    province_id=st.sampled_from((*PLACES, "")),
    commune_id=st.sampled_from((*COMMUNES, None)),
)


def as_domain(row: dict[str, object]) -> Dossier:
    return Dossier(
        id=str(row["id"]),
        subject_id=str(row["subject_id"]),
        commune_id=str(row["commune_id"]),
        province_id=str(row["province_id"]),
        own=bool(row["own"]),
        opened_by_role=Role(str(row["opened_by_role"])),
    )


def seen(database: Database, actor: Actor, *, leads: bool = True, drafts: bool = True) -> set[str]:
    query = select(DOSSIER.c.id).where(visible_to(actor, leads=leads, drafts=drafts))
    statement = Statement(query if drafts else query.where(DOSSIER.c.meaning != "draft"))
    with database.read() as connection:
        return {row[0] for row in connection.all(statement, **me(actor))}


def emptied(database: Database) -> None:
    connection = database.begin()
    connection.run(Statement(delete(DOSSIER)))
    database.end(connection, "COMMIT")


@hypothesis.settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(rows=st.lists(dossiers, min_size=8, max_size=20), others=st.lists(actors, min_size=3, max_size=6))
def test_list_shows_exactly_what_can_view_allows(
    database: Database, rows: list[dict[str, object]], others: list[Actor]
) -> None:
    emptied(database)
    full = [dossier_row(number=f"n-{n}", **row) for n, row in enumerate(rows)]
    write_dossiers(database, *full)
    for actor in (*EVERYBODY, *others):
        allowed = {
            row["id"]
            for row in full
            if can_view(actor, as_domain(row), draft=row["meaning"] == "draft", submitted=bool(row["submitted"]))
        }
        assert seen(database, actor) == allowed
        assert seen(database, actor, leads=False) == allowed
        drafts = {row["id"] for row in full if row["meaning"] == "draft"}
        assert seen(database, actor, drafts=False) == allowed - drafts


def test_every_combination_of_draft_is_weighed(database: Database) -> None:
    """The generated cases meet each; this one names them, so a planted fault in a draft's rule is found at once."""
    full = [
        dossier_row(meaning=meaning, opened_by_role=role.value, own=own, submitted=submitted)
        for meaning in ("draft", "open")
        for role in ROLES
        for own in (0, 1)
        for submitted in (0, 1)
    ]
    write_dossiers(database, *full)
    for actor in EVERYBODY:
        allowed = {
            row["id"]
            for row in full
            if can_view(actor, as_domain(row), draft=row["meaning"] == "draft", submitted=bool(row["submitted"]))
        }
        assert seen(database, actor) == allowed
