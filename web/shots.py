"""Pictures of every page as each role sees it, at 1280 and 390 pixels: made by one command, looked at by a person."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, Error, Page, sync_playwright
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule
from werkzeug.serving import make_server

from web import create_app
from web.access import ANYBODY, API, access_of
from web.demo import demo_house, demo_people
from web.security import STATIC_ENDPOINTS
from workflow.bootstrap import House
from workflow.domain.actors import Role

WIDTHS = (1280, 390)
IDS = ("_id", "digest", "seq", "place", "cycle", "version", "name")
"""Parts of an address that name one of many alike: a single picture shows them all."""

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


def first_addresses(app: Flask, house: House, role: Role, person_id: str) -> list[str]:
    """Where a person's walk begins: what needs nothing in its address, and a dossier of every state."""
    plain = [rule.rule for rule in app.url_map.iter_rules() if not rule.arguments and _is_open(app, rule, role)]
    return [f"/ho-so/{one}" for one in _dossiers(house, person_id).values()] + sorted(plain)


def picture_of(app: Flask, address: str, role: Role) -> str | None:
    """What the picture of an address is called: its page and the codes in it; ids count for one. None: not drawn."""
    try:
        rule, values = app.url_map.bind("localhost").match(urlsplit(address).path, return_rule=True)
    except (HTTPException, RequestRedirect):
        return None
    if not _is_open(app, rule, role):
        return None
    codes = [str(value) for name, value in sorted(values.items()) if not name.endswith(IDS)]
    return "-".join([rule.endpoint.replace(".", "-"), *codes])


def _is_open(app: Flask, rule: Rule, role: Role) -> bool:
    if rule.endpoint in STATIC_ENDPOINTS or "GET" not in (rule.methods or ()) or rule.rule.startswith(API):
        return False
    allowed = access_of(app, rule.endpoint)
    return allowed is not None and (allowed == ANYBODY or role in allowed)


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
    """Along the links at the first width; the same pages at the others."""
    role = house.people.actor(person_id).role
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900}, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{address}/dang-nhap")
    page.click(f'button[name="person"][value="{person_id}"]')
    for name, place in _walk(app, page, address, first_addresses(app, house, role, person_id), role):
        for width in WIDTHS:
            picture = f"{role.value}-{name}-{width}.png"
            if only in picture:
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(address + place)
                page.screenshot(path=out / picture, full_page=True)
                yield picture
    context.close()


def _walk(app: Flask, page: Page, address: str, waiting: list[str], role: Role) -> Iterator[tuple[str, str]]:
    """Name and place of each page to draw: every start once, then along the links to one of each sort."""
    met: dict[str, int] = {}
    starts = len(waiting)
    for place, there in enumerate(waiting):
        name = picture_of(app, there, role)
        if name is None or (name in met and place >= starts) or not _opened(page, address + there):
            continue
        met[name] = met.get(name, 0) + 1
        waiting += page.eval_on_selector_all("a[href^='/']", "all => all.map(one => one.getAttribute('href'))")
        yield name if met[name] == 1 else f"{name}-{met[name]}", there


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
