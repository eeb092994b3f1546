"""The pages of packages: one dossier or a year taken along; a package of another house looked at, then taken in."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.houses import Told
from tests.support.pages import Page
from tests.support.sites import Site, open_site

NOVEMBER = "2026-11-23T08:30:00"
NUMBER = "2026-DH-0003"


@pytest.fixture
def two(stories: Callable[[str], Told], tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    """Two installations that know the same up to now."""
    sites = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        sites.append(open_site(stories(NOVEMBER), tmp_path / name))
    yield sites[0], sites[1]
    for site in sites:
        site.house.close()


def dossier_of(site: Site) -> tuple[str, int]:
    """Id and version of the school's dossier."""
    with site.house.engine.reading() as stores:
        found = stores.dossiers.id_of(NUMBER, province_id="tinh") or ""
        return found, stores.dossiers.get(found).version


def package_of(site: Site, person: str) -> bytes:
    """The school's dossier as that person takes it along."""
    body: bytes = site.enter(person).client.get(f"/goi-ho-so/{dossier_of(site)[0]}.zip").data
    return body


def held(site: Site) -> None:
    """PV01 holds the dossier."""
    found, version = dossier_of(site)
    site.house.dossiers.hold(site.house.people.actor("pv01-1"), found, reason="Chờ xác minh.", seen_version=version)


def send(client: FlaskClient, package: bytes) -> Page:
    """What the upload of a package answers."""
    data = {"goi": (io.BytesIO(package), "goi.zip")}
    return Page(client.post("/goi-ho-so/", data=data, content_type="multipart/form-data", follow_redirects=True))


def confirm(client: FlaskClient, page: Page, **more: object) -> Page:
    """The page after the preview's form was sent as it stands."""
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page.main))
    return Page(client.post(page.answer.request.path, data=hidden | more, follow_redirects=True))


def test_package_is_looked_at_compared_and_taken_in(two: tuple[Site, Site]) -> None:
    here, there = two
    held(there)
    client = here.enter("cax-1").client
    page = send(client, package_of(there, "pv01-1"))
    assert page.title == "Xem trước gói “goi.zip”"
    assert "thêm 1 mục nhật ký" in page.text
    assert "không ký" in page.text
    asked = confirm(client, page)
    assert asked.status == 422
    assert "Đối chiếu mã kiểm của gói với văn bản gửi kèm" in asked.text
    done = confirm(client, page, **{"doi-chieu": "co"})
    assert done.title == "Đã nhận 1 hồ sơ từ gói"
    assert dossier_of(here) == dossier_of(there)
    again = send(client, package_of(there, "pv01-1"))
    assert "Mọi hồ sơ của gói đã có ở đây: không có gì để ghi." in again.text


def test_streams_that_part_are_told_on_the_page(two: tuple[Site, Site]) -> None:
    here, there = two
    held(there)
    held(here)
    page = send(here.enter("pv01-1").client, package_of(there, "pv01-1"))
    assert f"Hồ sơ {NUMBER}: từ mục nhật ký {dossier_of(here)[1]}" in page.text
    assert "Còn 1 hồ sơ chưa nhận được nên chưa hồ sơ nào được nhận." in page.text


def test_what_is_no_package_is_said_and_nothing_waits(two: tuple[Site, Site]) -> None:
    here, _ = two
    client = here.enter("cax-1").client
    assert send(client, b"PK nothing").errors == ["Gói không còn nguyên như khi lập. Đề nghị nơi gửi lập và gửi lại."]
    assert Page(client.post("/goi-ho-so/", data={})).errors == ["Chọn một gói hồ sơ."]
    assert client.get(f"/goi-ho-so/nhan/{'0' * 64}").status_code == 404
    assert Page(client.get("/goi-ho-so/da-nhan", follow_redirects=True)).title == "Gói hồ sơ"


def test_year_is_taken_along_within_ones_sight(two: tuple[Site, Site]) -> None:
    here, _ = two
    answer = here.enter("cax-1").client.get("/goi-ho-so/nam.zip?nam=2026&loai=dien_hinh")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        numbers = {name.split("/")[1] for name in archive.namelist() if name.endswith("record.json")}
    assert NUMBER in numbers
    assert len(numbers) == 8
    assert here.enter("cax-1").client.get("/goi-ho-so/nam.zip?nam=2019").status_code == 404
    assert here.enter("thpt").client.get("/goi-ho-so/nam.zip?nam=2026").status_code == 403
    other = here.enter("mttq").client
    assert other.get(f"/goi-ho-so/{dossier_of(here)[0]}.zip").status_code == 404
    own = here.enter("thpt").client.get(f"/goi-ho-so/{dossier_of(here)[0]}.zip")
    assert own.headers["Content-Disposition"] == f"attachment; filename={NUMBER}.zip"
