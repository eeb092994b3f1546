"""Finding by words: names without marks and case, numbers of dossiers by their beginning."""

from __future__ import annotations

import re
from functools import lru_cache

from sqlalchemy import ColumnElement, Integer, and_, bindparam, or_, select
from sqlalchemy.sql.selectable import Select

from workflow.domain.actors import COMMUNE_ROLES, Actor, Role
from workflow.queries.scope import Beside, me
from workflow.storage.folding import fold
from workflow.storage.statements import SqlConnection, Statement
from workflow.storage.tables import ORGANISATION

FEW = 300
"""So many names found are looked up one by one; more are a condition on the list as it is walked."""

MOST_WORDS = 6
_NUMBER = re.compile(r"\d{4}-[a-z]{1,6}(?:-\d*)?", re.ASCII)
_O = ORGANISATION.c


def as_number(text: str) -> str | None:
    """The beginning of a dossier's number, when the text is one: ``2026-dh-01`` -> ``2026-DH-01``."""
    folded = fold(text)
    return folded.upper() if _NUMBER.fullmatch(folded) else None


def words_of(text: str) -> tuple[str, ...]:
    """The folded words to find, each as a pattern for LIKE."""
    return tuple(f"%{_escaped(word)}%" for word in fold(text).split()[:MOST_WORDS])


def _escaped(word: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", word)


def named(count: int) -> ColumnElement[bool]:
    """An organisation whose folded name holds ``count`` words, bound as ``word0`` and so on."""
    return and_(*(_O.name_folded.like(bindparam(f"word{n}"), escape="\\") for n in range(count)))


def word_values(words: tuple[str, ...]) -> dict[str, str]:
    """The values of those parameters."""
    return {f"word{n}": word for n, word in enumerate(words)}


def ids_named(count: int, role: Role) -> Select[tuple[str]]:
    """Ids of organisations with ``count`` words in their names: a unit's own, those of a commune, of a province."""
    found = select(_O.id).where(named(count))
    if role is Role.UNIT:
        return found.where(_O.id == bindparam("me_unit"))
    if role in COMMUNE_ROLES:
        here = or_(_O.commune_id == bindparam("me_commune"), _O.id == bindparam("me_commune"))
        return found.where(here, Beside(_O.province_id) == bindparam("me_province"))
    return found.where(_O.province_id == bindparam("me_province"))


def few_named(connection: SqlConnection, actor: Actor, words: tuple[str, ...]) -> list[str] | None:
    """Ids of the organisations found, or None when there are more than a few."""
    rows = connection.all(_few(len(words), actor.role), **me(actor), **word_values(words), most=FEW + 1)
    return [row[0] for row in rows] if len(rows) <= FEW else None


@lru_cache(maxsize=64)
def _few(count: int, role: Role) -> Statement:
    return Statement(ids_named(count, role).limit(bindparam("most", type_=Integer())))
