"""Which pages the pictures show: one of each sort that a role may open, none of what is for programs."""

from __future__ import annotations

import pytest
from flask import Flask

from web.shots import picture_of
from workflow.domain.actors import Role


@pytest.mark.parametrize(
    ("address", "role", "name"),
    [
        ("/ho-so/abc/giay-to/opinion/sua?o=/number", Role.PROVINCE_POLICE, "papers-edit-opinion"),
        ("/ho-so/abc", Role.UNIT, "dossiers-page"),
        ("/ho-so/xyz", Role.UNIT, "dossiers-page"),
        ("/toan-tinh/", Role.PROVINCE_POLICE, "province-matrix"),
        ("/toan-tinh/", Role.UNIT, None),
        ("/static/css/hoso.css", Role.UNIT, None),
        ("/api/v1/dossiers", Role.PROVINCE_POLICE, None),
        ("/khong-co", Role.UNIT, None),
    ],
)
def test_picture_is_called_by_its_page_and_the_codes_in_it(
    app: Flask, address: str, role: Role, name: str | None
) -> None:
    assert picture_of(app, address, role) == name
