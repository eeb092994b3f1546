"""Swagger's page in a real browser: drawn under the strict policy, from this site alone, and its tries are answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.support.houses import tell_story
from tests.support.programs import token_of
from tests.support.sites import open_site
from web.shots import served
from workflow.seeding.script import moment

pytestmark = pytest.mark.browser


def test_swagger_is_drawn_from_this_site_alone_and_tries_with_the_token(
    context: BrowserContext, tmp_path: Path
) -> None:
    (tmp_path / "told").mkdir()
    site = open_site(tell_story(tmp_path / "told", moment("2025-12-02T08:00:00")), tmp_path)
    cookie = site.enter("cax-1").client.get_cookie("hoso")
    assert cookie is not None
    with served(site.app) as address:
        context.add_cookies([{"name": "hoso", "value": cookie.value, "url": address}])
        page = context.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/huong-dan-api/swagger/")
        page.wait_for_selector(".opblock")
        document = site.app.test_client().get("/api/v1/openapi.json").get_json()
        assert page.locator(".opblock").count() == sum(len(methods) for methods in document["paths"].values())
        page.locator("button.authorize").first.click()
        page.locator(".modal-ux input").fill(token_of(site.house, "cax-1"))
        page.locator(".modal-ux .authorize").click()
        page.locator(".modal-ux .btn-done").click()
        page.locator("#operations-kinds-kinds_me .opblock-summary-control").click()
        page.locator("#operations-kinds-kinds_me .try-out__btn").click()
        page.locator("#operations-kinds-kinds_me .execute").click()
        page.wait_for_selector("#operations-kinds-kinds_me .live-responses-table .response")
        shown = page.locator("#operations-kinds-kinds_me .live-responses-table").inner_text()
        assert "200" in shown
        assert "commune_police" in shown
    assert said == [], "the policy was broken, or a script failed"
    assert {url for url in asked if not url.startswith((address, "data:"))} == set()
    site.house.close()
