"""The face on an application: static files, templates' helpers and filters, the htmx script, the frame, security.

`create_face(app)` is called once by the application factory. Templates then have:

- `asset(name)`: address of a static file with the digest of its content, so that it can be kept for a year;
- `csrf_field()`: the hidden field that every form needs;
- `say(code, **facts)`: the sentences of `templates/words.json`;
- `frame`: who is signed in, the menu, the year (see `Frame`); `today`: the day the page was made;
- the filters of `web.formatting`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from flask import request, send_file, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from web.formatting import register_filters
from web.security import STATIC_ENDPOINTS, protect
from web.words import say

if TYPE_CHECKING:
    from datetime import date

    from flask import Flask, Response

STATIC = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the menu; at most seven of them."""

    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class InTurn:
    """Dossiers looked at one after another: which of how many this is, where the next one is, and the way out."""

    words: str
    next_url: str
    next_label: str
    stop_url: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: the signed-in office and role, the menu, the year, the day.

    `links`: what else the person may read, in the foot. `in_turn`: the page is one of several looked at in a row.
    `practice` is the sentence of the band on demo and practice sites, empty elsewhere. `office` is empty before
    sign-in: the header then has neither menu nor person. `notices`: the words of the link to them, with how many are
    unread.
    """

    menu: tuple[MenuItem, ...] = ()
    links: tuple[MenuItem, ...] = ()
    in_turn: InTurn | None = None
    office: str = ""
    role: str = ""
    account_url: str = ""
    notices_url: str = ""
    notices: str = ""
    sign_out_url: str = ""
    home_url: str = "/"
    year: int | None = None
    year_url: str = ""
    practice: str = ""
    practice_url: str = ""
    practice_link: str = ""
    foot: str = ""
    today: date | None = None


def htmx_file() -> Path:
    """The script inside its carrier package, found without importing it (its package would ask for Django)."""
    spec = find_spec("js_lib_htmx")
    if spec is None or not spec.submodule_search_locations:
        msg = "django-js-lib-htmx is not installed"
        raise FileNotFoundError(msg)
    return Path(spec.submodule_search_locations[0]) / "static" / "htmx" / "htmx.min.js"


@cache
def digest_of(file: Path) -> str:
    """Twelve figures of the file's SHA-256: enough to tell one release of it from another."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file (`css/hoso.css`), changed whenever its content changes."""
    if name == "htmx.js":
        return url_for("htmx_script", v=digest_of(htmx_file()))
    return url_for("static", filename=name, v=digest_of(STATIC / name))


def font(name: str) -> str:
    """The address of a font as the style sheet asks for it (without digest), for preloading."""
    return url_for("static", filename=f"fonts/{name}")


def csrf_field() -> Markup:
    """The hidden field against forged requests."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _htmx_script() -> Response:
    return send_file(htmx_file(), mimetype="text/javascript", conditional=True)


def _keep_static(response: Response) -> Response:
    """Static files are kept by the browser: addresses with a digest for a year, and the fonts, which never change."""
    is_lasting = "v" in request.args or (request.view_args or {}).get("filename", "").startswith("fonts/")
    if request.endpoint in STATIC_ENDPOINTS and response.status_code in {200, 304} and is_lasting:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def create_face(app: Flask, frame: Callable[[], Frame] | None = None) -> None:
    """Give `app` its face. `frame` answers, per request, what stands around the page; without it the frame is empty."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(asset=asset, font=font, csrf_field=csrf_field, say=say)
    register_filters(app)
    app.add_url_rule("/static/lib/htmx.js", "htmx_script", _htmx_script)
    app.after_request(_keep_static)
    make = frame or Frame

    @app.context_processor
    def _around() -> dict[str, object]:
        around = make()
        return {"frame": around, "today": around.today}

    protect(app)
