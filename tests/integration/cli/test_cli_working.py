"""Commands that keep running: one round, a worker of its own, the web application with the jobs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import Hoso
from tests.support.mail import free_port, mail_server
from tests.support.tree import ROOT
from workflow.bootstrap import House
from workflow.cli import working
from workflow.cli.exit_codes import UNEXPECTED, USAGE
from workflow.domain.actors import Role
from workflow.domain.books import Notice
from workflow.settings import Settings

SECRET = "s" * 40


def settings_of(hoso: Hoso, **more: Any) -> Settings:
    given: dict[str, Any] = {"database": f"sqlite:///{hoso.file}", "files": f"file:{hoso.files}", "province": "tinh"}
    return Settings(**given, **more, _env_file=None)


def environment(hoso: Hoso, **more: str) -> Mapping[str, str]:
    found = {name: value for name, value in os.environ.items() if not name.startswith("HOSO_")}
    given = {"DATABASE": f"sqlite:///{hoso.file}", "FILES": f"file:{hoso.files}", "PROVINCE": "tinh", **more}
    return found | {f"HOSO_{name}": value for name, value in given.items()}


def tell(hoso: Hoso) -> None:
    """A notice that waits for the commune police, who want mail."""
    house = House(settings_of(hoso))
    with house.engine.uow() as uow:
        uow.outbox.put(
            [Notice(None, Role.COMMUNE_POLICE, "vinh-phong", "notice.note", {"number": "2026-DH-0001"})],
            at=house.clock.now(),
        )
        uow.commit()
    house.close()


def until(found: Any, what: str) -> None:
    ends = time.monotonic() + 60
    while not found():
        assert time.monotonic() < ends, what
        time.sleep(0.1)


def test_one_round_sweeps_reminds_sends_and_counts(assessed: Hoso, tmp_path: Path) -> None:
    assessed.env |= {"HOSO_PROVINCE": "tinh", "HOSO_BACKUPS": str(tmp_path / "backups"), "HOSO_BACKUPS_KEPT": "2"}
    for number in range(3):
        old = tmp_path / "backups" / f"hoso-2026-10-0{number + 1}.zip"
        old.parent.mkdir(exist_ok=True)
        old.touch()
    (tmp_path / "backups" / "hoso-mine.zip").touch()
    done = assessed.json("worker", "--once").data
    assert list(done) == ["sweep", "remind", "post", "count", "backup"]
    assert done["count"] == {"differences": 0}
    assert done["backup"] == {"made": 1, "removed": 2}
    kept = sorted(file.name for file in (tmp_path / "backups").iterdir())
    assert kept == ["hoso-2026-10-03.zip", "hoso-2026-11-17.zip", "hoso-mine.zip"]
    again = assessed.json("worker", "--once").data
    assert again["backup"] == {"made": 0, "removed": 0}
    assert set(again["remind"].values()) == {0}


def test_a_wrong_count_is_told_to_the_administrator_once_a_day(assessed: Hoso) -> None:
    assessed.env |= {"HOSO_PROVINCE": "tinh"}
    house = House(settings_of(assessed))
    connection = house.database.begin()
    connection.raw("UPDATE tally SET dossiers = dossiers + 1")
    house.database.end(connection, "COMMIT")
    house.close()
    assert assessed.json("worker", "--once").data["count"]["differences"] > 0
    assert assessed.json("worker", "--once").data["count"]["differences"] > 0
    told = assessed.json("notices", by="quan-tri").data["items"]
    assert [item["notice"]["code"] for item in told] == ["notice.counts"]
    assert "chỗ lệch" in told[0]["text"]


def test_a_job_that_fails_is_told_and_the_others_are_done(assessed: Hoso, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assessed.env |= {"HOSO_PROVINCE": "tinh", "HOSO_BACKUPS": str(tmp_path / "file")}
    answer = assessed.json("worker", "--once")
    assert (answer.code, answer.data["backup"], answer.data["count"]) == (UNEXPECTED, None, {"differences": 0})


def test_a_worker_sends_until_it_is_ended(assessed: Hoso) -> None:
    assessed("contact", "--email", "cax@vinh-phong.example", by="cax-1")
    tell(assessed)
    with mail_server() as box:
        more = {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(box.port),
            "SMTP_SECURITY": "none",
            "SMTP_FROM": "a@b.example",
        }
        command = [sys.executable, "-m", "workflow", "worker"]
        worker = subprocess.Popen(
            command, cwd=ROOT, env=environment(assessed, **more), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        until(lambda: box.to("cax@vinh-phong.example"), "no letter came")
        until(lambda: assessed.rows("SELECT count(*) FROM letter WHERE state != 'sent'") == [(0,)], "not marked")
        worker.send_signal(signal.SIGTERM)
        out, err = worker.communicate(timeout=60)
    assert worker.returncode == 0
    assert "Đang chạy việc định kỳ" in out.decode()
    assert "job post done" in err.decode()
    assert "vinh-phong.example" not in err.decode()
    assert assessed.file.with_name("cli-jobs.sqlite").exists()


def test_the_web_application_runs_the_jobs_too(assessed: Hoso) -> None:
    port = free_port()
    command = [sys.executable, "-m", "web", "serve", "--jobs", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=environment(assessed, SECRET=SECRET), stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port), "no page came")
        until(assessed.file.with_name("cli-jobs.sqlite").exists, "the jobs did not start")
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 0


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/dang-nhap") as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_serve_finds_the_web_by_its_entry_point(assessed: Hoso, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Mapping[str, object]] = []

    class Found:
        name = "web"

        @staticmethod
        def load() -> Any:
            return lambda _house, **how: asked.append(how)

    monkeypatch.setattr(working, "entry_points", lambda group: [Found] if group == working.SERVERS else [])
    assert assessed("serve", "--port", "8123").code == 0
    assert assessed("serve", "--no-jobs").code == 0
    assert [(one["port"], one["jobs"]) for one in asked] == [(8123, True), (8000, False)]
    monkeypatch.setattr(working, "entry_points", lambda group: [])
    assert assessed("serve").code == USAGE


def test_the_web_registers_itself() -> None:
    import tomllib

    from web.__main__ import serve_house

    named = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    [(name, value)] = named[working.SERVERS].items()
    assert metadata.EntryPoint(name, value, working.SERVERS).load() is serve_house
