"""What keeps the house readable: packages that speak, short files, nothing private, tests never skipped."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.support import tree

LONGEST_FILE = 400  # lines


# --- packages and files --------------------------------------------------------------------------


def packages_without_docstring(files: Iterable[tuple[str, str]]) -> list[str]:
    """Folders with Python files whose `__init__.py` is missing or does not say what lives there."""
    texts = dict(files)
    folders = {name.rsplit("/", 1)[0] for name in texts if "/migrations/" not in name}
    return sorted(folder for folder in folders if not _docstring(texts.get(f"{folder}/__init__.py", "")))


def _docstring(text: str) -> str | None:
    return ast.get_docstring(ast.parse(text))


def test_every_package_says_what_lives_in_it() -> None:
    assert packages_without_docstring(tree.python_code()) == []


def test_a_planted_silent_package_is_found() -> None:
    files = [
        ("a/__init__.py", '"""Says."""'),
        ("a/x.py", ""),
        ("b/__init__.py", "import x"),
        ("c/y.py", '"""A file, no package."""'),
        ("a/migrations/versions/z.py", ""),
    ]
    assert packages_without_docstring(files) == ["b", "c"]


def long_files(files: Iterable[tuple[str, str]]) -> list[str]:
    """Files of more than LONGEST_FILE lines, with their length."""
    lengths = ((name, len(text.splitlines())) for name, text in files)
    return [f"{name}: {length} lines" for name, length in lengths if length > LONGEST_FILE]


def test_no_file_is_too_long() -> None:
    assert long_files(tree.python_code()) == []


def test_a_planted_long_file_is_found() -> None:
    files = [("short.py", "\n" * LONGEST_FILE), ("long.py", "\n" * (LONGEST_FILE + 1))]
    assert long_files(files) == [f"long.py: {LONGEST_FILE + 1} lines"]


# --- nothing private -----------------------------------------------------------------------------

PRIVATE: dict[str, re.Pattern[str]] = {
    "a folder of one machine": re.compile(r"(?<![\w./~<>-])/(?:root|home|Users|work|workspace|private)/\w"),
    "a host of a package registry": re.compile(
        r"\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|npmmirror\.com|anaconda\.org|jfrog\.io)\b",
        re.IGNORECASE,
    ),
    "a phone number": re.compile(r"(?<![\w.+/-])(?:\+?84|0)[ .-]?[35789]\d(?:[ .-]?\d){7}(?![\w/]|\.\d)"),
}
OPTION_OF_AN_INDEX = re.compile(
    r"^\s*-{1,2}(?:index-url|extra-index-url|find-links|trusted-host|i|f)\b|://", re.MULTILINE
)


def private_things(name: str, text: str, root: str = str(tree.ROOT)) -> list[str]:
    """What a file tells that concerns one machine or one person, with its line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        what = [label for label, pattern in PRIVATE.items() if pattern.search(line)]
        if root in line:
            what.append("the folder of this checkout")
        found += [f"{name}:{number}: {label}" for label in what]
    return found


def test_nothing_private_is_carried() -> None:
    assert [fault for name, text in tree.texts() for fault in private_things(name, text)] == []


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("see /" + "root/notes", "a folder of one machine"),
        ('"/' + 'home/an/x"', "a folder of one machine"),
        ("https://" + "pypi" + ".org/simple", "a host of a package registry"),
        ("gọi 09" + "12 345 678", "a phone number"),
        ("gọi +84" + "912345678.", "a phone number"),
        ("tel: 03" + "8.765.4321", "a phone number"),
        ("in /srv/here/hoso", "the folder of this checkout"),
    ],
)
def test_a_planted_private_thing_is_found(line: str, label: str) -> None:
    assert private_things("x.md", f"first\n{line}", root="/srv/here") == [f"x.md:2: {label}"]


@pytest.mark.parametrize(
    "line",
    [
        "/static/work/x",
        "web/home/index.html",
        "18/01/2026",
        "sha256:0912345678abcdef",
        "1.0912345678",
        "0912345678901234",
        "2009-12-01 00:00",
        "id 12-0912345678",
    ],
)
def test_what_only_looks_private_is_left_alone(line: str) -> None:
    assert private_things("x.md", line, root="/srv/here") == []


# --- the locks -----------------------------------------------------------------------------------


def pins(lock: str) -> dict[str, str]:
    """Each requirement of a lock: name and marker -> version (one package may have a pin per Python)."""
    rows = re.findall(r"^([A-Za-z0-9._-]+)==(\S+?)(?: *; *(.*?))?(?: *\\)?$", lock, re.MULTILINE)
    return {f"{name.lower()} ; {marker}": version for name, version, marker in rows}


def lock_faults(run: str, dev: str) -> list[str]:
    """Hosts in a lock, pins without a hash, and pins of `run` that `dev` does not share."""
    faults = []
    for name, lock in (("run.txt", run), ("dev.txt", dev)):
        faults += [f"{name}: {found.group().strip()}" for found in OPTION_OF_AN_INDEX.finditer(lock)]
        faults += [f"{name}: no hash for {row}" for row in re.findall(r"^(\S+==\S+)(?:[^\\\n]*)$", lock, re.MULTILINE)]
    versions = {(key.split(" ; ")[0], version) for key, version in pins(dev).items()}
    faults += [
        f"run.txt: {name} {version} is not in dev.txt"
        for name, version in sorted({(key.split(" ; ")[0], version) for key, version in pins(run).items()})
        if (name, version) not in versions
    ]
    return faults


def lock(name: str) -> str:
    """The text of one lock."""
    return Path(tree.ROOT, "requirements", name).read_text()


def test_locks_are_hashed_agree_and_name_no_host() -> None:
    assert len(pins(lock("run.txt"))) > 50
    assert lock_faults(lock("run.txt"), lock("dev.txt")) == []


def test_planted_faults_of_a_lock_are_found() -> None:
    good = "a==1 \\\n    --hash=sha256:00\n"
    assert lock_faults(good, good) == []
    assert lock_faults("a==2 \\\n    --hash=sha256:00\n", good) == ["run.txt: a 2 is not in dev.txt"]
    assert lock_faults("a==1\n", good) == ["run.txt: no hash for a==1"]
    assert lock_faults(good, "--find-links /x\n" + good) == ["dev.txt: --find-links"]


# --- tests are run, never skipped ----------------------------------------------------------------


def skips(name: str, text: str) -> list[str]:
    """Where a test file skips, or expects to fail, instead of testing."""
    names = {"skip", "skipif", "importorskip", "xfail", "skipTest"}
    nodes = ast.walk(ast.parse(text))
    return [
        f"{name}:{node.lineno}: {node.attr}" for node in nodes if isinstance(node, ast.Attribute) and node.attr in names
    ]


def test_no_test_is_skipped() -> None:
    assert [fault for name, text in tree.texts("tests", suffix=".py") for fault in skips(name, text)] == []


def test_a_planted_skip_is_found() -> None:
    assert skips("t.py", "import pytest\n\n@pytest.mark.skipif(True)\ndef test_x(): ...") == ["t.py:3: skipif"]
