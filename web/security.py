"""What every answer carries against misuse: headers, the token against foreign sites, limits on size and pace.

`protect(app)` sets all of it. What it reads from `app.config`:

- `HTTPS` (bool): the site is reached over https; cookies are then Secure and named with `__Host-`.
- `SECRET_KEY`, `TRUSTED_HOSTS`: with `HTTPS` they must be set, or the application refuses to start.
- `PAGES_PER_MINUTE` (int): requests one address may make in a minute before 429 (default 600; 0 switches it off).

Failed sign-ins are counted by address as well (`failed_too_often`), so that many accounts cannot be tried one by one.

Referrers are kept to our own site (`same-origin`): the check against foreign sites reads them over https.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from limits import parse_many

if TYPE_CHECKING:
    from flask import Flask, Response

MEGABYTE = 1024 * 1024
SHORTEST_KEY = 32
STATIC_ENDPOINTS = frozenset({"static", "htmx_script"})

# No source outside the site, no inline script or style: a script runs only with the nonce of its own page.
POLICY = {
    "default-src": "'none'",
    "script-src": "",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

DEVICES = (
    "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "microphone",
    "midi", "payment", "publickey-credentials-get", "serial", "usb",
)  # fmt: skip

# Successes are not counted: a whole province may come through one address at eight in the morning.
FAILED_SIGN_INS = tuple(parse_many("30/minute; 300/hour"))

# Room for a meeting over 200 dossiers of five fields and for a filled score sheet; uploads set their own limit.
LIMITS = {"MAX_CONTENT_LENGTH": 64 * MEGABYTE, "MAX_FORM_MEMORY_SIZE": 2 * MEGABYTE, "MAX_FORM_PARTS": 5000}


class InsecureSettingsError(ValueError):
    """The settings would leave a site on https unprotected; `code` names what is missing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Guards:
    """The three guards of one application: `csrf.exempt(view)`, `limiter.limit("5/minute")(view)`."""

    csrf: CSRFProtect
    headers: Talisman
    limiter: Limiter


def check_settings(app: Flask) -> None:
    """Refuse to start a site on https without a long key and its own host names; InsecureSettingsError says which."""
    if not app.config.get("HTTPS"):
        return
    if len(app.config.get("SECRET_KEY") or "") < SHORTEST_KEY:
        raise InsecureSettingsError("settings.secret_key")
    if not app.config.get("TRUSTED_HOSTS"):
        raise InsecureSettingsError("settings.trusted_hosts")


def _keep_private(response: Response) -> Response:
    """Pages hold personal data: nothing but the static files may be kept by a browser or a proxy."""
    if request.endpoint not in STATIC_ENDPOINTS:
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _limiter(app: Flask) -> Limiter:
    pace = int(app.config.get("PAGES_PER_MINUTE", 600))
    return Limiter(
        get_remote_address,
        app=app,
        storage_uri="memory://",
        default_limits=[f"{pace}/minute"] if pace else [],
        default_limits_exempt_when=lambda: request.endpoint in STATIC_ENDPOINTS,
    )


def failed_too_often() -> bool:
    """Whether so many sign-ins of this address failed lately that no further one is looked at."""
    pace = current_app.extensions["hoso_guards"].limiter.limiter
    return not all(pace.test(item, "sign_in", get_remote_address()) for item in FAILED_SIGN_INS)


def count_failure() -> None:
    """Count one more failed sign-in of this address."""
    pace = current_app.extensions["hoso_guards"].limiter.limiter
    for item in FAILED_SIGN_INS:
        pace.hit(item, "sign_in", get_remote_address())


def protect(app: Flask) -> Guards:
    """Set headers, cookies, token and limits for every route; returns the guards for the exceptions a view needs.

    Raises InsecureSettingsError when the settings say https and something it needs is missing.
    """
    check_settings(app)
    https = bool(app.config.get("HTTPS"))
    for name, value in LIMITS.items():
        if app.config.get(name) == app.default_config.get(name):
            app.config[name] = value
    app.config.setdefault(
        "WTF_CSRF_TIME_LIMIT", None
    )  # a form is good as long as its session: hours of typing are kept
    app.config["SESSION_COOKIE_NAME"] = "__Host-hoso" if https else "hoso"
    app.after_request(_keep_private)
    headers = Talisman(
        app,
        force_https=https,
        strict_transport_security=https,
        content_security_policy=POLICY,
        content_security_policy_nonce_in=["script-src"],
        permissions_policy=dict.fromkeys(DEVICES, "()"),
        frame_options="DENY",
        referrer_policy="same-origin",
        session_cookie_secure=https,
        session_cookie_samesite="Lax",
    )
    guards = Guards(CSRFProtect(app), headers, _limiter(app))
    app.extensions["hoso_guards"] = guards
    return guards
