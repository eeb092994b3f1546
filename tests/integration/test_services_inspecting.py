"""Scans of signed papers, and files of papers, are looked into by the services themselves, whatever the door."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import pdfs
from tests.support.played import Played, played
from workflow.domain.errors import InvalidDocument
from workflow.domain.events import SignedPaper
from workflow.domain.file_checks import FileFinding
from workflow.services.inputs import MoveInput


@pytest.fixture
def stage(storage_url: str) -> Iterator[Played]:
    with played(storage_url, "2026-11-11T10:05:00") as found:
        yield found


def test_a_step_is_not_entered_from_a_locked_scan(stage: Played) -> None:
    dossier = stage.dossier("thpt")
    before = stage.rows()
    locked = stage.house.files.put(pdfs.locked(pdfs.written("x"), user="mo"), name="quet.pdf")
    signed = SignedPaper("7/CV-TH", "2026-11-10", "Trường THPT Vĩnh Thuận", "Hiệu trưởng", (locked.digest,))
    move = MoveInput("withdraw", dossier.version, reason="Xin rút", signed=signed)
    with pytest.raises(InvalidDocument, match="files_refused") as refused:
        stage.house.dossiers.perform(stage.actor("cax-1"), dossier.id, move)
    (fault,) = refused.value.faults
    assert isinstance(fault, FileFinding)
    assert (fault.code, fault.name) == ("encrypted", "7/CV-TH")
    assert stage.rows() == before
