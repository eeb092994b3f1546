"""schemathesis at the API, as every role, over the story of one commune in the middle of its year."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.proofs.figures import Found
from tests.support.api_fuzz import fuzz, names_of
from tests.support.houses import tell_story
from tests.support.programs import token_of
from tests.web.test_access import PEOPLE
from web import create_app
from workflow.seeding.script import moment

UNTIL = "2026-11-11T10:05:00"


def api(count: int, folder: Path, *, seed: int = 0) -> Found:
    """Ask every operation so often rightly and as often wrongly; each request goes out as every role."""
    (folder / "told").mkdir()
    told = tell_story(folder / "told", moment(UNTIL))
    house = told.copy(folder)
    try:
        app = create_app(house, {"SECRET_KEY": "k" * 40, "PAGES_PER_MINUTE": 0, "API_PER_MINUTE": 0})
        tokens = {role.value: token_of(house, person) for role, person in PEOPLE.items()}
        seen = fuzz(app, tokens, names_of(told.ids), examples=count, number=seed)
    finally:
        house.close()
    statuses = sum(seen.statuses.values(), Counter[int]())
    return Found(seen.tries, seen.wrong, figures={"statuses": {str(one): n for one, n in sorted(statuses.items())}})
