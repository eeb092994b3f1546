"""Starting the web application: ``python -m web serve | demo | shots``."""

from __future__ import annotations

import gc
import sys
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click
from waitress import create_server

from web import create_app
from web.demo import demo_house, demo_people
from web.security import InsecureSettingsError
from web.site import WHAT_TO_SET, behind_proxy, site_config
from web.words import say
from workflow.bootstrap import open_house
from workflow.clockwork import runner_of
from workflow.domain.errors import InvalidInput
from workflow.wording import Wording, read_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed.wsgi import WSGIApplication

    from workflow.bootstrap import House

HOST = "127.0.0.1"


@click.group()
def main() -> None:
    """The web application of hoso."""


@main.command()
@click.option("--host", default=HOST, show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=4, show_default=True)
@click.option("--jobs", is_flag=True, help="Run the jobs in this process too, as `hoso serve` does.")
def serve(host: str, port: int, threads: int, jobs: bool) -> None:
    """Serve the installation that the environment names (HOSO_DATABASE, HOSO_FILES, HOSO_SECRET)."""
    serve_house(open_house(), host=host, port=port, threads=threads, jobs=jobs)


def serve_house(house: House, *, host: str, port: int, threads: int, jobs: bool) -> None:
    """Serve an open house until interrupted; what `hoso serve` finds under the entry points ``hoso.servers``.

    The jobs start beside the server, so the first page does not wait for them.
    """
    try:
        app = create_app(house, site_config(house.settings))
    except InsecureSettingsError as error:
        house.close()
        raise click.UsageError(WHAT_TO_SET[error.code]) from error
    stop_jobs = _start_jobs(house) if jobs else None
    try:
        _run(behind_proxy(app, house.settings), host, port, threads)
    finally:
        if stop_jobs is not None:
            stop_jobs()


def _start_jobs(house: House) -> Callable[[], None]:
    """Begin to run the jobs in a thread of their own; what ends them."""
    ends: list[Callable[[], None]] = []

    def start() -> None:
        runner = runner_of(house, "serve")
        runner.start()
        ends.append(runner.stop)

    thread = threading.Thread(target=start, name="jobs", daemon=True)
    thread.start()

    def stop() -> None:
        thread.join(timeout=10)
        for end in ends:
            end()

    return stop


@main.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), default=Path(".hoso-demo"), show_default=True)
@click.option("--fresh", is_flag=True, help="Build the sample province anew.")
@click.option("--day", help="Day of the year it stands at, 18/01/2026; the practice file is built anew for it.")
@click.option("--no-browser", is_flag=True)
@click.option("--build-only", is_flag=True, help="Fill the practice file and stop.")
def demo(port: int, folder: Path, fresh: bool, day: str | None, no_browser: bool, build_only: bool) -> None:
    """Open the application on a sample province, in a practice file of its own."""
    on = read_day(day) if day else None
    if day and on is None:
        raise click.BadParameter(say("demo.day_wrong"), param_hint="--day")
    click.echo(say("demo.building"))
    try:
        house = demo_house(folder, fresh=fresh, on=on)
    except InvalidInput as error:
        raise click.BadParameter(Wording().say(error.code, **error.facts), param_hint="--day") from error
    click.echo(say("demo.ready", dossiers=len(demo_people(house))))
    if build_only:
        house.close()
        return
    app = create_app(house, {"DEMO": True, "DEMO_PEOPLE": demo_people(house)})
    address = f"http://{HOST}:{port}/"
    click.echo(say("demo.open", address=address))
    if sys.stdin.isatty() and not no_browser:
        webbrowser.open(address)
    _run(app, HOST, port, 4)


@main.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("shots"), show_default=True)
@click.option("--only", default="", help="Part of a page's name.")
def shots(out: Path, only: str) -> None:
    """Draw every page as each role sees it, at 1280 and 390 pixels."""
    from web.shots import draw_all  # noqa: PLC0415 - needs the browser of the development lock

    for name in draw_all(out, only=only):
        click.echo(name)


def _run(app: WSGIApplication, host: str, port: int, threads: int) -> None:
    """Serve until interrupted. Objects made so far are left out of garbage collection: pages stay quick."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    server = create_server(app, host=host, port=port, threads=threads, ident=None)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()


if __name__ == "__main__":
    main(prog_name="python -m web")
