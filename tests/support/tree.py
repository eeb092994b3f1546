"""Reading the project's own tree: the files it carries, as text."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("workflow", "web")
NOT_CARRIED = {".git", ".venv", "__pycache__", "build", "dist", "var"}


@cache
def carried_files() -> tuple[Path, ...]:
    """Every file that git carries or would carry; outside a git checkout every file that is no by-product."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        paths = [ROOT / name for name in names if name]
    except (FileNotFoundError, subprocess.CalledProcessError):
        paths = [path for path in ROOT.rglob("*") if not NOT_CARRIED & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in paths if path.is_file() and not path.is_symlink()))


def text_of(path: Path) -> str | None:
    """The text of a UTF-8 file; None for a binary one, or one that vanished meanwhile."""
    try:
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError):
        return None


def texts(*folders: str, suffix: str = "") -> Iterator[tuple[str, str]]:
    """(name from the project's root, text) of each text file carried, in these folders or anywhere."""
    for path in carried_files():
        name = path.relative_to(ROOT).as_posix()
        inside = not folders or name.startswith(tuple(folder + "/" for folder in folders))
        if inside and name.endswith(suffix):
            text = text_of(path)
            if text is not None:
                yield name, text


def python_code() -> Iterator[tuple[str, str]]:
    """(name, text) of each Python file of the program itself: workflow/ and web/."""
    return texts(*CODE, suffix=".py")
