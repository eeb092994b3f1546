"""Who may import whom: every direct import of ours, and one room for each library.

import-linter holds the floors, chains of imports included (pyproject.toml). This file says the rest, and
binds a room from the moment its first file stands.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator

import pytest

from tests.support import tree

# Each room of ours -> the rooms it may import. A room may always import itself.
SHARED = {"workflow.clock", "workflow.settings", "workflow.wording"}
ROOMS: dict[str, set[str]] = {
    "workflow.domain": set(),
    "workflow.clock": {"workflow.domain"},
    "workflow.settings": {"workflow.domain"},
    "workflow.wording": {"workflow.domain"},
    "workflow.definitions": {"workflow.domain"},
    "workflow.services": {"workflow.domain"},
    "workflow.storage": {"workflow.domain"},
    "workflow.queries": {"workflow.domain", "workflow.storage"},
    "workflow.papers": {"workflow.domain", "workflow.queries", "workflow.wording"},
    "workflow.telling": {"workflow.domain", "workflow.queries"},
    "workflow.jobs": {"workflow.domain", "workflow.services", *SHARED},
    "workflow.bootstrap": {
        "workflow.definitions",
        "workflow.domain",
        "workflow.jobs",
        "workflow.papers",
        "workflow.queries",
        "workflow.services",
        "workflow.storage",
        *SHARED,
    },
    "workflow.seeding": {
        "workflow.bootstrap",
        "workflow.domain",
        "workflow.installation",
        "workflow.services",
        *SHARED,
    },
    "workflow.installation": {
        "workflow.bootstrap",
        "workflow.definitions",
        "workflow.domain",
        "workflow.storage",
        *SHARED,
    },
    "workflow.printing": {
        "workflow.bootstrap",
        "workflow.domain",
        "workflow.papers",
        "workflow.queries",
        "workflow.services",
        *SHARED,
    },
    "workflow.clockwork": {"workflow.bootstrap", "workflow.jobs", "workflow.storage", *SHARED},
    "workflow.cli": {
        "workflow.bootstrap",
        "workflow.clockwork",
        "workflow.domain",
        "workflow.installation",
        "workflow.papers",
        "workflow.printing",
        "workflow.queries",
        "workflow.seeding",
        "workflow.services",
        "workflow.telling",
        *SHARED,
    },
    "workflow.__main__": {"workflow.cli"},
    "web": {
        "workflow.bootstrap",
        "workflow.clockwork",
        "workflow.domain",
        "workflow.papers",
        "workflow.printing",
        "workflow.queries",
        "workflow.seeding",
        "workflow.services",
        "workflow.telling",
        *SHARED,
    },
}

# Narrower than a room: room imported -> {importing room: the only modules of it that are open to that room}.
NARROW = {
    # Reading needs the tables and what runs statements on them; never a store, a unit of work or a file.
    "workflow.storage": {
        "workflow.queries": (
            "workflow.storage.tables",
            "workflow.storage.statements",
            "workflow.storage.database",
            "workflow.storage.codec",
            "workflow.storage.chain",
            "workflow.storage.folding",
            "workflow.storage.number_rows",
            "workflow.storage.reports",
            "workflow.storage.units",
        )
    },
    # The demo site is filled by the sample province.
    "workflow.seeding": {"web": ("workflow.seeding.demo",)},
}

# One library, one room (module prefixes).
LIBRARIES: dict[str, tuple[str, ...]] = {
    "transitions": ("workflow.domain.machine",),
    "jsonschema": ("workflow.definitions.schemas",),
    "jsonschema_rs": ("workflow.definitions.schemas",),
    "referencing": ("workflow.definitions.schemas",),
    "sqlmodel": ("workflow.storage", "workflow.queries"),
    "sqlalchemy": ("workflow.storage", "workflow.queries"),
    "alembic": ("workflow.storage",),
    "psycopg": ("workflow.storage",),
    "sqlite3": ("workflow.storage", "workflow.queries"),
    "flask": ("web",),
    "flask_login": ("web.access", "web.views.sign_in"),
    "werkzeug": ("web",),
    "dbos": ("workflow.jobs",),
    "PIL": ("workflow.papers.photo_pages",),
    "typst": ("workflow.papers.official.pdf",),
    "docx": ("workflow.papers.official.docx",),
    "docxtpl": ("workflow.papers.official.docx",),
    "pypdfium2": ("workflow.papers.incoming.child",),
    "pyhanko": ("workflow.papers.incoming.child",),
    "icalendar": ("workflow.papers.calendar_file",),
}


def module_name(path: str) -> str:
    """`workflow/domain/__init__.py` -> `workflow.domain`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports_of(path: str, text: str) -> Iterator[str]:
    """The full name of everything a file imports, wherever in the file; relative names are resolved.

    `from a.b import c` gives `a.b.c`: c may be a module.
    """
    package = module_name(path).split(".")
    if not path.endswith("/__init__.py"):
        package = package[:-1]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def is_in(module: str, room: str) -> bool:
    """Whether a module is the room or lies in it."""
    return module == room or module.startswith(room + ".")


def room_of(module: str) -> str | None:
    """The room a module lies in; None for a place the plan does not know."""
    return max((room for room in ROOMS if is_in(module, room)), key=len, default=None)


def wrong_imports(path: str, text: str) -> list[str]:
    """What a file imports against the plan, one sentence each."""
    module = module_name(path)
    found = [_fault(module, imported) for imported in imports_of(path, text)]
    return sorted({f"{path}: {fault}" for fault in found if fault})


def _fault(module: str, imported: str) -> str | None:
    top = imported.split(".")[0]
    if top in {"workflow", "web"}:
        return _fault_of_ours(module, imported)
    allowed = LIBRARIES.get(top)
    if allowed is not None and not any(is_in(module, room) for room in allowed):
        return f"{top} belongs to {', '.join(allowed)}"
    if is_in(module, "workflow.domain") and allowed is None and top not in sys.stdlib_module_names:
        return f"the domain uses the standard library only, not {top}"
    return None


def _fault_of_ours(module: str, imported: str) -> str | None:
    own, other = room_of(module), room_of(imported)
    if own is None or own == other:
        return None
    if other is None or other not in ROOMS[own]:
        return f"{own} may not import {imported}"
    only = NARROW.get(other, {}).get(own)
    if only is not None and not any(is_in(imported, one) for one in only):
        return f"{own} may import a part of {other} only, not {imported}"
    return None


def unknown_places(paths: Iterable[str]) -> list[str]:
    """Python files that stand in no room of the plan."""
    return [path for path in paths if room_of(module_name(path)) is None and path != "workflow/__init__.py"]


def test_every_file_stands_in_a_room_of_the_plan() -> None:
    assert unknown_places(name for name, _text in tree.python_code()) == []


def test_every_import_follows_the_plan() -> None:
    assert [fault for name, text in tree.python_code() for fault in wrong_imports(name, text)] == []


def test_the_check_reads_the_real_code() -> None:
    """The two tests above must never pass by looking at nothing."""
    names = [name for name, _text in tree.python_code()]
    assert "workflow/__main__.py" in names
    assert list(imports_of("workflow/__main__.py", (tree.ROOT / "workflow/__main__.py").read_text())) == [
        "workflow.cli.main"
    ]


@pytest.mark.parametrize(
    ("path", "text", "fault"),
    [
        (
            "workflow/domain/machine.py",
            "import sqlmodel",
            "sqlmodel belongs to workflow.storage, workflow.queries",
        ),
        (
            "workflow/domain/guards.py",
            "from transitions import Machine",
            "transitions belongs to workflow.domain.machine",
        ),
        (
            "workflow/domain/guards.py",
            "import orjson",
            "the domain uses the standard library only, not orjson",
        ),
        (
            "workflow/domain/guards.py",
            "from ..clock import now",
            "workflow.domain may not import workflow.clock.now",
        ),
        (
            "workflow/services/acts.py",
            "from workflow.storage import tables",
            "workflow.services may not import workflow.storage.tables",
        ),
        ("workflow/services/acts.py", "def f():\n    import flask", "flask belongs to web"),
        (
            "workflow/storage/files.py",
            "from workflow import services",
            "workflow.storage may not import workflow.services",
        ),
        (
            "workflow/queries/scope.py",
            "from workflow.storage.journal import x",
            "workflow.queries may import a part of workflow.storage only, not workflow.storage.journal.x",
        ),
        ("workflow/bootstrap.py", "import web", "workflow.bootstrap may not import web"),
        (
            "web/views/dossiers.py",
            "from workflow.storage.tables import Row",
            "web may not import workflow.storage.tables.Row",
        ),
        (
            "web/views/dossiers.py",
            "import flask_login",
            "flask_login belongs to web.access, web.views.sign_in",
        ),
        ("web/forms.py", "import jsonschema_rs", "jsonschema_rs belongs to workflow.definitions.schemas"),
        ("workflow/cli.py", "from dbos import DBOS", "dbos belongs to workflow.jobs"),
    ],
)
def test_a_planted_import_is_found(path: str, text: str, fault: str) -> None:
    assert wrong_imports(path, text) == [f"{path}: {fault}"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("workflow/domain/machine.py", "from transitions import Machine"),
        ("workflow/domain/guards/time.py", "from ..kinds import Stage"),
        ("workflow/storage/migrations/versions/0001_start.py", "import sqlmodel, alembic"),
        ("workflow/queries/scope.py", "from workflow.storage.tables import DossierRow"),
        ("web/views/sign_in.py", "import flask, flask_login"),
        ("web/views/dossiers.py", "from workflow.bootstrap import Application"),
    ],
)
def test_a_lawful_import_is_left_alone(path: str, text: str) -> None:
    assert wrong_imports(path, text) == []


def test_a_planted_unknown_place_is_found() -> None:
    assert unknown_places(["workflow/utils.py", "workflow/domain/kinds.py", "web/forms.py"]) == ["workflow/utils.py"]
