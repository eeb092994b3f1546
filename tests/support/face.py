"""The face without the engine: an application with the style guide, and a reader that posts pages as browsers do."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser

from flask import Flask

from web.face import Frame, MenuItem, create_face
from web.views.style_guide import style_guide

MENU = ("Việc cần làm", "Hồ sơ", "Họp xét", "Thời hạn", "Sổ điển hình", "Báo cáo")

Posted = dict[str, list[str]]


def sample_frame() -> Frame:
    """A signed-in officer on a practice site."""
    return Frame(
        menu=tuple(MenuItem(label, f"#muc-{number}", number == 1) for number, label in enumerate(MENU)),
        office="Công an xã Vĩnh Phong",
        role="Cán bộ Tổ Tổng hợp",
        sign_out_url="/dang-xuat",
        year=2026,
        year_url="#nam",
        practice="Bản diễn tập · hôm nay được đặt là thứ Tư, 02/12/2026",
        practice_url="#ngay",
        practice_link="Đổi ngày",
    )


def guide_app(**config: object) -> Flask:
    """The face and the style guide, without the check against foreign sites unless it is asked for."""
    app = Flask("web")
    usual: dict[str, object] = {"SECRET_KEY": "k" * 40, "WTF_CSRF_ENABLED": False, "PAGES_PER_MINUTE": 0}
    app.config.update({"TESTING": True, **usual, **config})
    create_face(app, sample_frame)
    app.register_blueprint(style_guide)
    return app


class PageReader(HTMLParser):
    """Reads one form of a page: what a browser would post, and what the page says of each field."""

    def __init__(self, form_id: str = "f") -> None:
        super().__init__()
        self.form_id = form_id
        self.posted: Posted = {}
        self.buttons: dict[str, list[str]] = {}
        self.ids: list[str] = []
        self.attributes: dict[str, dict[str, str]] = {}
        self.texts: dict[str, str] = {}
        self._in_form = False
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._area: tuple[str, list[str]] | None = None
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.append(values["id"])
            self.attributes[values["id"]] = {"tag": tag, **values}
        if tag not in {"br", "img", "input", "link", "meta"}:
            self._open.append((tag, values.get("id", "")))
        if tag == "form":
            self._in_form = values.get("id") == self.form_id
        if self._in_form and "disabled" not in values:
            self._control(tag, values.get("name", ""), values)

    def _control(self, tag: str, name: str, values: dict[str, str]) -> None:
        kind = values.get("type", "text")
        is_off = kind in {"checkbox", "radio"} and "checked" not in values
        if tag == "input" and name and kind != "file" and not is_off:
            self._add(name, values.get("value", ""))
        elif tag == "button" and name:
            self.buttons.setdefault(name, []).append(values.get("value", ""))
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select is not None:
            self._select[1].append((values.get("value", ""), "selected" in values))
        elif tag == "textarea":
            self._area = (name, [])

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Shapes of the sprite: nothing is inside them."""

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "form":
            self._in_form = False
        elif tag == "select" and self._select is not None:
            name, options = self._select
            chosen = [value for value, is_chosen in options if is_chosen] or [value for value, _ in options[:1]]
            self._add(name, chosen[0])
            self._select = None
        elif tag == "textarea" and self._area is not None:
            name, parts = self._area
            self._add(name, "".join(parts).removeprefix("\n").replace("\n", "\r\n"))
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[1].append(data)
        for _, element in self._open:
            if element:
                self.texts[element] = self.texts.get(element, "") + data

    def _add(self, name: str, value: str) -> None:
        self.posted.setdefault(name, []).append(value)


def read_page(html: str, form_id: str = "f") -> PageReader:
    """What a page says and what its form would post; line ends come as browsers send them."""
    reader = PageReader(form_id)
    reader.feed(html)
    reader.close()
    return reader
