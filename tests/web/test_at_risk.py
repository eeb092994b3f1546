"""Recognised units whose conditions of the year no longer hold: named on the page and at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from click.testing import CliRunner

from tests.support.sites import Site
from workflow.cli import main
from workflow.services.ledger import ResultInput

SiteAt = Callable[[str], Site]
DECEMBER = "2026-12-08T16:00:00"
UNIT = "Mặt trận Tổ quốc Việt Nam xã Vĩnh Phong"


@pytest.fixture
def site(site_at: SiteAt) -> Site:
    """The unit's movement of 2026 was classed lower than a title asks for; nothing of 2026 is known of the others."""
    site = site_at(DECEMBER)
    house = site.house
    row = ResultInput(
        "mttq-vinh-phong", "phan_loai", 2026, "kha", "Loại khá", "901/QĐ-UBND", date(2026, 12, 1), "UBND xã"
    )
    ids = house.ledger.enter(house.people.actor("cax-1"), [row])
    house.ledger.confirm(house.people.actor("cax-3"), ids)
    return site


def test_the_unit_is_named_with_the_condition_it_lost(site: Site) -> None:
    page = site.enter("cax-1").get("/nguy-co/?nam=2027")
    assert page.title.startswith("1 đơn vị có nguy cơ không giữ được danh hiệu, năm 2027")
    risky, unknown = page.text.split("Chưa có kết quả để xét", 1)
    assert UNIT in risky
    assert "năm 2026 phải" in risky
    assert "loại khá" in risky
    assert UNIT not in unknown
    assert page.links[UNIT].startswith("/so-dien-hinh/")


def test_a_year_whose_conditions_hold_names_nobody(site: Site) -> None:
    page = site.enter("pv01-1").get("/nguy-co/?nam=2026")
    assert page.title.startswith("Không có đơn vị nào có nguy cơ mất danh hiệu")


@pytest.mark.parametrize("person", ["thpt", "quan-tri"])
def test_it_is_for_officers(site: Site, person: str) -> None:
    assert site.enter(person).get("/nguy-co/").status == 403


def test_the_command_says_the_same(site: Site) -> None:
    where = ["--db", str(site.house.settings.database), "--as", "cax-1"]
    told = CliRunner().invoke(main, ["at-risk", "dien_hinh", "--cycle", "2027", *where, "--json"])
    units = {one["name"]: one for one in json.loads(told.output)["units"]}
    assert [name for name, one in units.items() if one["at_risk"]] == [UNIT]
    assert len(units) > 1
    said = CliRunner().invoke(main, ["at-risk", "dien_hinh", "--cycle", "2027", *where])
    assert UNIT in said.output
    own = CliRunner().invoke(main, ["at-risk", "dien_hinh", "--cycle", "2027", *where[:2], "--as", "thpt", "--json"])
    assert {one["name"] for one in json.loads(own.output)["units"]} <= {"Trường THPT Vĩnh Thuận"}
