"""One blueprint a resource. A view parses, calls one use case or query, and answers with a template of the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.views.account import account
from web.views.acts import acts
from web.views.kinds import kinds
from web.views.sign_in import sign_in
from web.views.sources import sources
from web.views.style_guide import style_guide

if TYPE_CHECKING:
    from flask import Flask

BLUEPRINTS = (account, acts, kinds, sign_in, sources)


def register_views(app: Flask) -> None:
    """Every page of the application; the style guide on demo and test sites only."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if app.config.get("DEMO") or app.testing:
        app.register_blueprint(style_guide)
