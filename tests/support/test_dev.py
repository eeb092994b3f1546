"""dev.py: the tasks it lists, what makes it set up again, which browser it takes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page

import dev


def test_help_names_every_task(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main([]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert listed == ["test", "check", "setup", "help", "demo", "serve", "shots", "story"]


def test_dev_imports_the_standard_library_only() -> None:
    program = "import sys; sys.path.insert(0, '.'); import dev; print(*{m.split('.')[0] for m in sys.modules})"
    asked = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], cwd=dev.ROOT, capture_output=True, text=True, check=True
    )
    assert set(asked.stdout.split()) - set(sys.stdlib_module_names) - {"dev", "__main__"} == set()


def test_unknown_task_goes_to_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Sequence[str | Path]] = []
    monkeypatch.setattr(dev, "set_up", lambda lock: seen.append([lock]))
    monkeypatch.setattr(dev, "run", lambda *command: seen.append(command))
    assert dev.main(["story", "--json"]) == 0
    assert seen == [["run.txt"], (dev.PYTHON, "-m", "workflow", "story", "--json")]


def test_commands_are_said_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    """What a task prints is its own: `python3 dev.py story --json` is JSON and nothing else."""
    dev.run(sys.executable, "-c", "print('{}')")
    said = capfd.readouterr()
    assert said.out == "{}\n"
    assert said.err == f"+ {sys.executable} -c print('{{}}')\n"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([], ["-q", "-n", "2", "--dist", "loadfile"]),
        (["-q"], ["-q", "-n", "2", "--dist", "loadfile"]),
        (["-k", "returns", "-m", "slow"], ["-k", "returns", "-m", "slow", "-n", "2", "--dist", "loadfile"]),
        (["-n0"], ["-n0"]),
        (["-p", "no:xdist"], ["-p", "no:xdist"]),
        (["--pdb"], ["--pdb"]),
        (["tests/unit", "-q"], ["tests/unit", "-q"]),
        (["tests/support/test_dev.py::test_x"], ["tests/support/test_dev.py::test_x"]),
    ],
)
def test_tests_run_on_two_processes_unless_files_are_named(given: list[str], wanted: list[str]) -> None:
    assert dev.pytest_arguments(given) == wanted


def test_status_of_a_failed_task_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*command: str | Path) -> None:
        raise subprocess.CalledProcessError(3, [str(word) for word in command])

    monkeypatch.setattr(dev, "set_up", lambda lock: None)
    monkeypatch.setattr(dev, "run", fail)
    assert dev.main(["demo"]) == 3


def test_stamp_changes_with_the_lock(tmp_path: Path) -> None:
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    one.write_text("a==1")
    other.write_text("a==2")
    assert dev.lock_stamp(one) == dev.lock_stamp(one)
    assert dev.lock_stamp(one) != dev.lock_stamp(other)


def test_find_browser_takes_the_one_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "browser"
    named.touch()
    monkeypatch.setenv("HOSO_CHROMIUM", str(named))
    assert dev.find_browser() == str(named)


def test_find_browser_refuses_a_name_that_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOSO_CHROMIUM", str(tmp_path / "missing"))
    monkeypatch.setattr(dev, "set_up", lambda lock: None)
    assert dev.main(["test"]) == 1
    assert capsys.readouterr().err == f"HOSO_CHROMIUM names {tmp_path / 'missing'}, which is not a file.\n"


def test_missing_browser_is_an_error_that_names_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "set_up", lambda lock: None)
    monkeypatch.setattr(dev, "find_browser", lambda: None)
    monkeypatch.setattr(dev, "PYTHON", Path("/bin/false"))
    assert dev.main(["test"]) == 1
    assert "apt-get install chromium" in capsys.readouterr().err


@pytest.mark.browser
def test_page_is_a_chromium_set_to_vietnam(page: Page, chromium: str) -> None:
    assert os.access(chromium, os.X_OK)
    page.set_content("<h1>Hồ sơ</h1>")
    assert page.get_by_role("heading").inner_text() == "Hồ sơ"
    assert page.evaluate("navigator.language") == "vi-VN"
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") in {
        "Asia/Ho_Chi_Minh",
        "Asia/Saigon",
    }
    assert "Chrome" in page.evaluate("navigator.userAgent")
