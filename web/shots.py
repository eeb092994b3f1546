"""Pictures of every page as each role sees it, at 1280 and 390 pixels: made by one command, looked at by a person."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from flask import Flask
from playwright.sync_api import Browser, Error, Page, sync_playwright
from werkzeug.serving import make_server

from web import create_app
from web.access import ANYBODY, access_of
from web.demo import demo_house, demo_people
from web.security import STATIC_ENDPOINTS
from workflow.bootstrap import House
from workflow.domain.actors import Role

WIDTHS = (1280, 390)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def draw_all(out: Path, *, only: str = "") -> Iterator[str]:
    """Draw the pages into ``out``; the names of the pictures, as they are made. ``only``: part of a name."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hoso-shots-") as folder:
        house = demo_house(Path(folder) / "demo")
        app = create_app(house, {"DEMO": True, "DEMO_PEOPLE": demo_people(house), "PAGES_PER_MINUTE": 0})
        with served(app) as address, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=_browser(), args=list(QUIET))
            for person in demo_people(house):
                yield from _draw_for(browser, app, house, address, person["id"], out, only)
            browser.close()
        house.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a free port of this machine, until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def pages_for(app: Flask, house: House, role: Role, person_id: str) -> dict[str, str]:
    """Address by name of every page this role may open that needs no more than a dossier in its address."""
    found: dict[str, str] = {}
    dossiers = _dossiers(house, person_id)
    for rule in app.url_map.iter_rules():
        allowed = access_of(app, rule.endpoint) if rule.endpoint not in STATIC_ENDPOINTS else None
        if allowed is None or "GET" not in (rule.methods or ()) or (allowed != ANYBODY and role not in allowed):
            continue
        if not rule.arguments:
            found[rule.endpoint] = rule.rule
        elif rule.arguments == {"dossier_id"}:
            for state, dossier_id in dossiers.items():
                found[f"{rule.endpoint}-{state}"] = rule.rule.replace("<dossier_id>", dossier_id)
    return found


def _dossiers(house: House, person_id: str) -> dict[str, str]:
    """One dossier for each state that this person can see."""
    actor = house.people.actor(person_id)
    found: dict[str, str] = {}
    with house.engine.reading() as uow:
        for dossier_id in uow.dossiers.ids_where(province_id=actor.province_id):
            dossier = uow.dossiers.get(dossier_id)
            if actor.covers(
                subject_id=dossier.subject_id, commune_id=dossier.commune_id, province_id=dossier.province_id
            ):
                found.setdefault(dossier.state, dossier_id)
    return found


def _draw_for(
    browser: Browser, app: Flask, house: House, address: str, person_id: str, out: Path, only: str
) -> Iterator[str]:
    role = house.people.actor(person_id).role
    for width in WIDTHS:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="vi-VN")
        page = context.new_page()
        page.goto(f"{address}/dang-nhap")
        page.click(f'button[name="person"][value="{person_id}"]')
        for name, rule in sorted(pages_for(app, house, role, person_id).items()):
            picture = f"{role.value}-{name.replace('.', '-')}-{width}.png"
            if only in picture and _opened(page, address + rule):
                page.screenshot(path=out / picture, full_page=True)
                yield picture
        context.close()


def _opened(page: Page, address: str) -> bool:
    """Open the page; False when the address gives a file to take along instead."""
    try:
        page.goto(address)
    except Error as error:
        if "Download is starting" in error.message or "net::ERR_ABORTED" in error.message:
            return False
        raise
    return True


def _browser() -> str:
    """The Chromium of this machine. Raises FileNotFoundError."""
    chosen = os.environ.get("HOSO_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if chosen is None:
        raise FileNotFoundError("chromium")
    return chosen
