"""What the settings of an installation make of its site, a proxy stands before it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from pydantic import SecretStr
from werkzeug.test import Client, TestResponse

from web import create_app
from web.security import InsecureSettingsError
from web.site import WHAT_TO_SET, behind_proxy, site_config
from workflow.bootstrap import House
from workflow.settings import Settings

SITE = Settings(secret=SecretStr("k" * 40), address="https://hoso.example/", proxy="127.0.0.1")


def caller(app: Flask, settings: Settings, comes_from: str = "127.0.0.1") -> Callable[..., TestResponse]:
    """Asks for the sign-in as someone at that address does, over http."""
    client = Client(behind_proxy(app, settings))
    place = {"REMOTE_ADDR": comes_from}
    return lambda **said: client.get(
        "/dang-nhap",
        base_url="http://hoso.example",
        environ_base=place,
        headers={name.replace("_", "-"): value for name, value in said.items()},
    )


def test_site_on_https_stands_behind_its_proxy(house: House) -> None:
    ask = caller(create_app(house, site_config(SITE)), SITE)
    answer = ask(X_Forwarded_Proto="https", X_Forwarded_For="203.0.113.7")
    assert (answer.status_code, answer.headers["Set-Cookie"].split("=")[0]) == (200, "__Host-hoso")
    assert "Strict-Transport-Security" in answer.headers
    assert ask(X_Forwarded_Proto="http").status_code == 302
    assert ask(X_Forwarded_Proto="https", Host="other.example").status_code == 400


def test_callers_behind_the_proxy_are_told_apart(house: House) -> None:
    ask = caller(create_app(house, {"SECRET_KEY": "k" * 40, "PAGES_PER_MINUTE": 2}), SITE)
    first = [ask(X_Forwarded_For="203.0.113.7").status_code for _ in range(3)]
    assert (first, ask(X_Forwarded_For="203.0.113.8").status_code) == ([200, 200, 429], 200)


@pytest.mark.parametrize(("settings", "comes_from"), [(Settings(), "127.0.0.1"), (SITE, "203.0.113.9")])
def test_caller_elsewhere_cannot_name_an_address_of_its_own(house: House, settings: Settings, comes_from: str) -> None:
    ask = caller(create_app(house, {"SECRET_KEY": "k" * 40, "PAGES_PER_MINUTE": 2}), settings, comes_from)
    assert [ask(X_Forwarded_For=f"203.0.113.{n}").status_code for n in range(3)] == [200, 200, 429]


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"secret": None}, "settings.secret"), ({"proxy": ""}, "settings.proxy")],
)
def test_unprotected_site_is_not_started(changed: dict[str, object], code: str) -> None:
    with pytest.raises(InsecureSettingsError) as refusal:
        site_config(SITE.model_copy(update=changed))
    assert refusal.value.code == code
    assert code in WHAT_TO_SET


def test_laptop_without_an_address_needs_neither() -> None:
    assert site_config(Settings(secret=SecretStr("k" * 40))) == {}
