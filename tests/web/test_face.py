"""The face as a whole: contrast of the tokens, nothing inline, nothing foreign, safe headers, light pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from fontTools.ttLib import TTFont

from tests.support.face import guide_app, read_page
from web.face import STATIC, htmx_file
from web.security import InsecureSettingsError
from web.views.style_guide import paper_names, sample

CSS = (STATIC / "css" / "hoso.css").read_text(encoding="utf-8")
TEMPLATES = STATIC.parent / "templates"
PAGES = ("", *(page["code"] for page in sample()["pages"]), *(f"giay-to/{name}" for name in paper_names()))


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    with guide_app().test_client() as client:
        yield client


# --- contrast ---------------------------------------------------------------------------------------------------------

SCREEN_ROOT = CSS[CSS.index(":root {") : CSS.index("}", CSS.index(":root {"))]
TOKENS = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", SCREEN_ROOT))

TEXT_ON = {
    "ink": "paper surface sunken turm-soft verm-soft indigo-soft pine-soft",
    "ink-2": "paper surface sunken turm-soft pine-soft",
    "ink-3": "paper surface sunken",
    "pine": "paper surface sunken pine-soft verm-soft indigo-soft turm-soft",
    "pine-deep": "pine-soft",
    "verm": "paper surface",
    "turm": "paper surface turm-soft",
    "indigo": "paper surface indigo-soft",
    "surface": "pine pine-deep verm verm-deep",
    "top-2": "pine-deep",
}
SHAPES_ON = {
    "edge": "paper surface sunken",
    "focus": "paper surface sunken",
    "surface": "pine-deep",
    "brass": "pine-deep",
    "turm": "surface",
    "verm": "surface",
}


def pairs(grounds: dict[str, str]) -> list[tuple[str, str]]:
    """Every colour with every ground it stands on."""
    return [(front, back) for front, backs in grounds.items() for back in backs.split()]


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The ratio between two colours, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("front", "back"), pairs(TEXT_ON))
def test_text_is_told_from_its_ground(front: str, back: str) -> None:
    assert contrast(TOKENS[front], TOKENS[back]) >= 4.5


@pytest.mark.parametrize(("front", "back"), pairs(SHAPES_ON))
def test_shapes_are_told_from_their_ground(front: str, back: str) -> None:
    assert contrast(TOKENS[front], TOKENS[back]) >= 3


def test_the_guide_shows_the_colours_of_the_style_sheet() -> None:
    shown = {colour["code"]: colour["hex"].replace("#ffffff", "#fff") for colour in sample()["colours"]}
    assert shown == {name: TOKENS[name] for name in shown}


# --- the style sheet --------------------------------------------------------------------------------------------------

FIXED_NUMBERS = (".steps .dot",)


def low_lines(css: str) -> list[str]:
    """Rules with a line-height under 1.4, which cuts stacked capitals; number tokens of a fixed size aside."""
    found = []
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
        heights = re.findall(r"line-height:\s*([0-9.]+)(?![0-9.a-z])", body) + re.findall(
            r"font:[^;/]*/([0-9.]+)(?![a-z])", body
        )
        if any(float(height) < 1.4 for height in heights) and selector.strip() not in FIXED_NUMBERS:
            found.append(selector.strip())
    return found


def test_no_line_is_lower_than_vietnamese_needs() -> None:
    assert low_lines(CSS) == []


def test_a_planted_low_line_is_found() -> None:
    assert low_lines("h1 { line-height: 1.2 } p { font: 400 1rem/1.3 x } .ok { line-height: 1.4 }") == ["h1", "p"]


def test_the_style_sheet_asks_nothing_of_other_hosts_and_shouts_nowhere() -> None:
    assert re.findall(r"https?:|//[a-z]|@import|text-transform", CSS) == []
    assert set(re.findall(r'url\("([^"]+)"\)', CSS)) == {
        f"../fonts/BeVietnamPro-{w}.woff2" for w in (400, 500, 600, 700)
    }


def test_every_class_of_the_templates_is_known_to_the_style_sheet() -> None:
    used: set[str] = set()
    for file in (*TEMPLATES.glob("macros/*.html"), TEMPLATES / "base.html", *TEMPLATES.glob("style_guide/*.html")):
        for value in re.findall(r'class="([^"{}]*)"', file.read_text(encoding="utf-8")):
            used.update(value.split())
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", CSS))
    assert used - known - {"leaf", "stack", "under", "name"} == set()


# --- the type ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weight", [400, 500, 600, 700])
def test_every_vietnamese_letter_is_in_the_font(weight: int) -> None:
    known = TTFont(STATIC / "fonts" / f"BeVietnamPro-{weight}.woff2").getBestCmap()
    letters = {
        *range(0x20, 0x7F),
        *range(0x1EA0, 0x1EFA),
        *map(ord, "ĂăÂâĐđÊêÔôƠơƯưÀÁÃÈÉÌÍÒÓÕÙÚÝàáãèéìíòóõùúýĨĩŨũ“”‘’–—…·«»×≤≥₫"),
    }
    combining = {0x300, 0x301, 0x303, 0x309, 0x323, 0x302, 0x306, 0x31B}
    assert (letters | combining) - set(known) == set()


def test_the_licence_of_the_font_stands_beside_it() -> None:
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts" / "OFL.txt").read_text(encoding="utf-8").upper()


# --- templates and pages ----------------------------------------------------------------------------------------------

DRAWN_SIGNS = re.compile("[\u2190-\u21ff\u2713\u2714\u2717\u2718\u25b2-\u25ff\u26a0\u2605\u2606]")


def test_signs_are_drawn_and_never_characters() -> None:
    files = [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.json")]
    assert [file.name for file in files if DRAWN_SIGNS.search(file.read_text(encoding="utf-8"))] == []


def test_every_shape_that_is_used_is_in_the_sprite() -> None:
    shapes = set(re.findall(r'<symbol id="i-([a-z]+)"', (TEMPLATES / "_sprite.svg.html").read_text(encoding="utf-8")))
    used = set()
    for file in TEMPLATES.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        used |= set(re.findall(r'icon\("([a-z]+)"\)', text)) | set(re.findall(r'href="#i-([a-z]+)"', text))
        used |= set(re.findall(r'\bmark\("([a-z]+)"', text))
    assert used <= shapes
    assert {kind for kind, _ in sample()["marks"]} <= shapes


class Inline(HTMLParser):
    """What a strict policy forbids, and what leaves the host."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._script = tag == "script"
        if tag == "style":
            self.found.append("<style>")
        if tag == "script" and not (values.get("src") and values.get("nonce")):
            self.found.append("<script>")
        for name, value in values.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                self.found.append(name)
            if name in {"href", "src", "action", "hx-post", "hx-get", "formaction"} and re.match(
                r"(?:[a-z]+:)?//|javascript:|data:", value
            ):
                self.found.append(value)

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.found.append("inline script")
        self._script = False


def inline_things(html: str) -> list[str]:
    parser = Inline()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize("place", PAGES)
def test_a_page_has_nothing_inline_and_nothing_foreign(place: str, client: FlaskClient) -> None:
    answer = client.get(f"/giao-dien/{place}")
    assert answer.status_code == 200
    assert inline_things(answer.text) == []


@pytest.mark.parametrize(
    "planted",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        "<script>x()</script>",
        '<script src="/x.js"></script>',
        '<a onclick="x()">',
        '<a href="https://cdn.example/x">',
        '<img src="//cdn.example/x.png">',
        '<a href="javascript:x()">',
    ],
)
def test_a_planted_inline_thing_is_found(planted: str) -> None:
    assert inline_things(planted)


@pytest.mark.parametrize("place", PAGES)
def test_a_page_has_one_first_heading_and_unique_ids(place: str, client: FlaskClient) -> None:
    html = client.get(f"/giao-dien/{place}").text
    ids = read_page(html).ids
    assert html.count("<h1") == 1
    assert sorted(ids) == sorted(set(ids))
    assert re.search(r"<title>\S", html)


def test_a_page_with_problems_says_so_in_its_title_first(client: FlaskClient) -> None:
    assert "<title>Lỗi: Bảng chấm điểm" in client.get("/giao-dien/cham-diem").text
    assert "<title>Bảng chấm điểm" in client.get("/giao-dien/cham-diem?trong").text


def test_an_unknown_page_of_the_guide_is_not_found(client: FlaskClient) -> None:
    assert client.get("/giao-dien/khong-co").status_code == 404
    assert client.get("/giao-dien/giay-to/../../etc").status_code == 404


def drawn(app: Flask, template: str, **values: object) -> str:
    with app.test_request_context():
        return render_template_string(template, **values)


WORKLIST = """{% extends "base.html" %}{% from "macros/lists.html" import work_group %}
{% block main %}{{ work_group("g", "Quá hạn", tasks) }}{% endblock %}"""

PAPERS_TABLE = """{% extends "base.html" %}
{% from "macros/tables.html" import table, tbody, row, cell_link %}{% from "macros/marks.html" import mark %}
{% set cols = [{"label": "Giấy tờ"}, {"label": "Tình trạng"}, {"label": "Phiên bản"}, {"label": "Cập nhật"}] %}
{% block main %}{% call table(cols, "Giấy tờ", "brief") %}{% call tbody() %}{% for n in range(50) %}
{{ row(cols, [cell_link("#", "Bản đăng ký xây dựng điển hình"), mark("done", "Hợp lệ"), "bản 1", "15/01/2026"]) }}
{% endfor %}{% endcall %}{% endcall %}{% endblock %}"""

EVERY_MACRO = """{% from "macros/marks.html" import mark %}{% from "macros/tables.html" import row, cell_link %}
{% from "macros/lists.html" import work_row, facts, story %}{% from "macros/compare.html" import compare %}
{% from "macros/notes.html" import note, empty_state %}{% from "macros/fields.html" import text_field %}
{{ mark("done", x) }}{{ work_row({"url": x, "title": x, "meta": [x]}) }}{{ facts([{"label": x, "text": x}]) }}
{{ story([{"at": x, "when": x, "text": x}]) }}{{ row([{"label": x}, {"label": x}], [x, x]) }}{{ cell_link(x, x) }}
{{ compare([{"label": x, "was": x, "is": x}], x, x) }}{{ note(x) }}{{ empty_state(x, x) }}
{{ text_field("a", "a", x, x, x, [x]) }}"""


def test_fifty_rows_make_a_light_page() -> None:
    task = sample()["work"][1]["tasks"][0]
    assert len(drawn(guide_app(), WORKLIST, tasks=[task] * 50).encode()) < 60_000


def test_a_table_of_fifty_papers_is_light_too() -> None:
    assert len(drawn(guide_app(), PAPERS_TABLE).encode()) < 40_000


def test_text_of_people_is_escaped_by_every_macro() -> None:
    html = drawn(guide_app(), EVERY_MACRO, x='"><script>x()</script>')
    assert "<script" not in html
    assert html.count("&lt;script") >= 25


# --- what is served ---------------------------------------------------------------------------------------------------

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize("path", ["/giao-dien/", "/giao-dien/bieu-mau", "/khong-co-trang-nay"])
def test_every_answer_carries_the_safe_headers(path: str, client: FlaskClient) -> None:
    headers = client.get(path).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert re.search(r"script-src\s+'nonce-[\w-]{16,}'", policy)
    assert "unsafe" not in policy
    assert "style-src 'self'" in policy


def test_the_nonce_is_that_of_the_page_and_never_the_same(client: FlaskClient) -> None:
    nonces = []
    for _ in range(2):
        answer = client.get("/giao-dien/")
        nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
        assert nonce is not None
        assert f'nonce="{nonce[1]}"' in answer.text
        nonces.append(nonce[1])
    assert nonces[0] != nonces[1]


def test_files_named_by_their_digest_are_kept_and_pages_are_not(client: FlaskClient) -> None:
    html = client.get("/giao-dien/").text
    addresses = re.findall(r'(?:src|href)="(/static/[^"]+)"', html)
    assert len(addresses) == 6
    for address in addresses:
        with client.get(address) as answer:
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]
    with client.get("/static/css/hoso.css") as answer:
        assert "immutable" not in answer.headers["Cache-Control"]


def test_htmx_comes_from_its_package_and_needs_no_django(client: FlaskClient) -> None:
    with client.get("/static/lib/htmx.js") as answer:
        assert answer.data == htmx_file().read_bytes()
        assert answer.mimetype == "text/javascript"
        assert b'version:"2.' in answer.data


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"HTTPS": True, "TRUSTED_HOSTS": ["hoso.example"], "SECRET_KEY": "short"}, "settings.secret_key"),
        ({"HTTPS": True, "TRUSTED_HOSTS": []}, "settings.trusted_hosts"),
    ],
)
def test_a_site_on_https_does_not_start_unprotected(config: dict[str, object], code: str) -> None:
    with pytest.raises(InsecureSettingsError) as refusal:
        guide_app(**config)
    assert refusal.value.code == code


def test_a_site_on_https_has_secure_cookies_and_sends_http_away() -> None:
    app = guide_app(HTTPS=True, TRUSTED_HOSTS=["localhost"], WTF_CSRF_ENABLED=True)
    client = app.test_client()
    assert client.get("/giao-dien/").status_code == 302
    answer = client.get("/giao-dien/bieu-mau", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31556926")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-hoso=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))


def test_a_form_without_its_token_is_refused_and_with_it_is_read() -> None:
    client = guide_app(WTF_CSRF_ENABLED=True).test_client()
    page = read_page(client.get("/giao-dien/cham-diem?trong").text)
    token = page.posted.pop("csrf_token")
    assert client.post("/giao-dien/cham-diem", data=page.posted).status_code == 400
    assert client.post("/giao-dien/cham-diem", data={**page.posted, "csrf_token": token}).status_code == 200


def test_too_many_requests_of_one_address_are_slowed() -> None:
    client = guide_app(PAGES_PER_MINUTE=3).test_client()
    assert [client.get("/giao-dien/").status_code for _ in range(4)] == [200, 200, 200, 429]
    with client.get("/static/css/hoso.css") as answer:
        assert answer.status_code == 200


def test_a_meeting_of_two_hundred_dossiers_fits_into_one_post() -> None:
    app = guide_app()
    fields = {
        f"d/items/{row}/{name}": "1"
        for row in range(200)
        for name in ("votes_for", "votes_against", "votes_other", "not_voting", "result")
    }
    assert app.test_client().post("/giao-dien/hop-xet", data=fields).status_code == 200
    assert app.config["MAX_CONTENT_LENGTH"] == 64 * 1024 * 1024


def test_the_phone_can_sign_out_too(client: FlaskClient) -> None:
    html = client.get("/giao-dien/").text
    menu = html[html.index('id="danh-muc"') : html.index("</nav>", html.index('id="danh-muc"'))]
    assert "Đăng xuất" in menu
