"""The page on which a score sheet is brought in as a table, in a real Chromium."""

from __future__ import annotations

import pytest

from tests.browser.conftest import LiveAt
from tests.support.served import look

pytestmark = pytest.mark.browser


def test_table_of_a_score_sheet_is_clean_and_narrow(live_at: LiveAt) -> None:
    live = live_at("2026-02-24T09:00:00")
    with live.site.house.engine.reading() as stores:
        found = stores.dossiers.ids_where(province_id="tinh", kind="dien_hinh", cycle=2026)
        own = next(one for one in found if stores.dossiers.get(one).subject_id == "mttq-vinh-phong")
    unit = live.sit("mttq")
    unit.open(f"/ho-so/{own}/giay-to/self_score/bang")
    assert "Bảng tự chấm điểm" in unit.text
    look(unit.page, "bang-cham-tu-bang-tinh")
