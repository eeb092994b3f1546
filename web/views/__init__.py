"""One blueprint a resource: a view parses, calls one use case or query, answers with a template of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.views.account import account
from web.views.act_prints import act_prints
from web.views.acts import acts
from web.views.api_guide import api_guide
from web.views.at_risk import at_risk
from web.views.awards import awards
from web.views.calendar import calendar
from web.views.chase import chase
from web.views.contacts import contacts
from web.views.criteria import criteria
from web.views.cycles import cycles
from web.views.dashboard import dashboard
from web.views.day_tables import day_tables
from web.views.deadlines import deadlines
from web.views.desk import desk
from web.views.dossiers import dossiers
from web.views.dossiers_list import dossiers_list
from web.views.feeds import feeds
from web.views.guides import guides
from web.views.handover import handover
from web.views.imports import imports
from web.views.incoming import incoming
from web.views.kinds import kinds
from web.views.ledger import ledger
from web.views.letters import letters
from web.views.merging import merging
from web.views.moves import moves
from web.views.notices import notices
from web.views.numbers import numbers
from web.views.obligations import obligations
from web.views.organisations import organisations
from web.views.packages import packages
from web.views.papers import papers
from web.views.people import people
from web.views.prints import prints
from web.views.province import province
from web.views.registering import registering
from web.views.registrations import registrations
from web.views.reports import reports
from web.views.returns import returns
from web.views.rolls import rolls
from web.views.score_tables import score_tables
from web.views.sign_in import sign_in
from web.views.sources import sources
from web.views.style_guide import style_guide
from web.views.swagger import swagger
from web.views.targets import targets
from web.views.tokens import tokens
from web.views.worklist import worklist

if TYPE_CHECKING:
    from flask import Flask

BLUEPRINTS = (
    account,
    act_prints,
    acts,
    at_risk,
    api_guide,
    awards,
    calendar,
    chase,
    contacts,
    criteria,
    cycles,
    dashboard,
    day_tables,
    deadlines,
    desk,
    dossiers,
    dossiers_list,
    feeds,
    guides,
    handover,
    imports,
    incoming,
    kinds,
    ledger,
    letters,
    merging,
    moves,
    notices,
    numbers,
    obligations,
    organisations,
    papers,
    packages,
    people,
    prints,
    province,
    registering,
    registrations,
    reports,
    returns,
    rolls,
    score_tables,
    sign_in,
    sources,
    targets,
    swagger,
    tokens,
    worklist,
)


def register_views(app: Flask) -> None:
    """Every page of the application; the style guide on demo and test sites only."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if app.config.get("DEMO") or app.testing:
        app.register_blueprint(style_guide)
