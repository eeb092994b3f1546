"""What the settings of an installation say about its site: https and its name, and the proxy in front of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from waitress.proxy_headers import proxy_headers_middleware

from web.security import InsecureSettingsError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from workflow.settings import Settings

WHAT_TO_SET = {
    "settings.secret": "HOSO_SECRET is not set: sessions would end at every start.",
    "settings.secret_key": "HOSO_SECRET is too short for a site on https: 32 characters at least.",
    "settings.trusted_hosts": "HOSO_ADDRESS names no host.",
    "settings.proxy": "HOSO_ADDRESS is https, so a proxy speaks TLS before hoso: name its address in HOSO_PROXY.",
}
"""What is missing, for whoever starts the server."""


def site_config(settings: Settings) -> dict[str, object]:
    """The configuration of the application: with an https address, secure cookies, HSTS and no other host name.

    Raises ``InsecureSettingsError`` without a key, and for https without the proxy that speaks TLS.
    """
    if settings.secret is None:
        raise InsecureSettingsError("settings.secret")
    site = urlsplit(settings.address)
    if site.scheme != "https":
        return {}
    if not settings.proxy:
        raise InsecureSettingsError("settings.proxy")
    return {"HTTPS": True, "TRUSTED_HOSTS": [site.hostname] if site.hostname else []}


def behind_proxy(app: WSGIApplication, settings: Settings) -> WSGIApplication:
    """The application as callers reach it: their address and scheme are read from the one proxy in front of it.

    Nobody else is believed about where a request comes from.
    """
    if not settings.proxy:
        return app
    wrapped: WSGIApplication = proxy_headers_middleware(
        app,
        trusted_proxy=settings.proxy,
        trusted_proxy_count=1,
        trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto"},
        clear_untrusted=True,
    )
    return wrapped
