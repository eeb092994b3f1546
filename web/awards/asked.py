"""Which form of award a form on a page asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from web.context import today
from workflow.services.awards import RoundChoice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workflow.domain.awards import AwardForm
    from workflow.domain.kinds import DossierKind

FORM, SPECIAL = "hinh_thuc", "dot_xuat"


def found_forms(kind: DossierKind) -> tuple[AwardForm, ...]:
    """The forms of a kind that still exist; none for a kind that is no award."""
    forms = kind.awards.forms if kind.awards is not None else ()
    return tuple(form for form in forms if not form.ended_on(today()))


def form_options(forms: Iterable[AwardForm]) -> list[tuple[str, str]]:
    """Forms as the choices of a select."""
    return [(form.code, form.label) for form in forms]


def asked_award(kind: DossierKind) -> RoundChoice | None:
    """The form that was chosen, and whether the proposal is an unexpected one; None where nothing was."""
    form = request.form.get(FORM, "")
    return RoundChoice(form, bool(request.form.get(SPECIAL))) if kind.awards is not None and form else None
