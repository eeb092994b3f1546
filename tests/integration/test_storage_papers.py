"""Filed papers, their files, drafts and free texts, on both databases."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.dossiers import START, keep_new, paper_ref
from workflow.domain.books import StoredFile
from workflow.domain.errors import Conflict, InvalidInput, NotFound
from workflow.storage.database import Database
from workflow.storage.statements import Statement
from workflow.storage.tables import FREE_TEXT, PAPER
from workflow.storage.texts import text_digest
from workflow.storage.unit_of_work import SqlUnitOfWork

Begin = Callable[[], SqlUnitOfWork]
DOCUMENT = '{"title":"Kế hoạch năm 2026 của đơn vị","goals":[1,2]}'.encode()
SCAN = StoredFile("ab" * 32, "Bản quét “1”.pdf", "application/pdf", 12_345)


def add_paper(uow: SqlUnitOfWork, paper_id: str, dossier_id: str | None, *files: StoredFile) -> None:
    ref = paper_ref(DOCUMENT, paper_id=paper_id, files=tuple(file.digest for file in files))
    uow.papers.add(ref, dossier_id=dossier_id, document=DOCUMENT, files=files, at=START)


def test_paper_comes_back_with_its_files_and_is_stored_small(begin: Begin, database: Database) -> None:
    document = b'{"rows":[' + b",".join([b'{"criterion":"1.1","points":"4.5"}'] * 100) + b"]}"
    with begin() as uow:
        keep_new(uow)
        ref = paper_ref(document, files=(SCAN.digest,))
        uow.papers.add(ref, dossier_id="d-1", document=document, files=[SCAN], at=START)
        uow.commit()
    with begin() as uow:
        rows = uow.papers.document("paper-1")["rows"]
        assert isinstance(rows, list)
        assert len(rows) == 100
        assert uow.papers.files("paper-1") == (SCAN,)
    with database.read() as reader:
        row = reader.dicts(Statement(PAPER.select()))[0]
    assert len(row["body"]) < len(document) / 5
    assert (row["code"], row["version"], row["digest"]) == ("plan", 1, hashlib.sha256(document).hexdigest())


def test_filed_version_is_never_overwritten(begin: Begin) -> None:
    with begin() as uow:
        keep_new(uow)
        add_paper(uow, "paper-1", "d-1")
        uow.commit()
    with begin() as uow:
        add_paper(uow, "paper-1", "d-1")
        with pytest.raises(Conflict) as caught:
            uow.commit()
    assert caught.value.code == "paper_exists"


def test_paper_must_be_what_its_reference_says(begin: Begin) -> None:
    ref = paper_ref(DOCUMENT)
    with begin() as uow:
        keep_new(uow)
        with pytest.raises(InvalidInput) as caught:
            uow.papers.add(replace(ref, digest="0" * 64), dossier_id="d-1", document=DOCUMENT, files=(), at=START)
        assert caught.value.code == "paper_digest"
        with pytest.raises(InvalidInput) as caught:
            uow.papers.add(ref, dossier_id="d-1", document=DOCUMENT, files=[SCAN], at=START)
        assert caught.value.code == "paper_files"


def test_unknown_paper_is_not_found(begin: Begin) -> None:
    with begin() as uow, pytest.raises(NotFound):
        uow.papers.document("nothing")


def test_a_file_used_in_another_dossier_is_named(begin: Begin) -> None:
    with begin() as uow:
        keep_new(uow, 1)
        keep_new(uow, 2, subject_id="org-2")
        add_paper(uow, "a", "d-1", SCAN)
        add_paper(uow, "b", "d-2", SCAN)
        add_paper(uow, "c", "d-2", SCAN)
        add_paper(uow, "shared", None, SCAN)
        assert uow.papers.used_elsewhere(SCAN.digest, dossier_id="d-1") == ("2026-SM-0002",)
        assert uow.papers.used_elsewhere(SCAN.digest, dossier_id="d-2") == ("2026-SM-0001",)
        assert uow.papers.used_elsewhere("cd" * 32, dossier_id="d-1") == ()


def test_draft_is_replaced_and_forgotten(begin: Begin) -> None:
    later = START + timedelta(minutes=3)
    with begin() as uow:
        keep_new(uow)
        assert uow.papers.draft(dossier_id="d-1", code="plan") is None
        uow.papers.save_draft(dossier_id="d-1", code="plan", person_id="p", document=b'{"a":1}', at=START)
        uow.papers.save_draft(dossier_id="d-1", code="plan", person_id="p", document=b'{"a":2}', at=later)
        assert uow.papers.draft(dossier_id="d-1", code="plan") == ({"a": 2}, later)
        uow.papers.drop_draft(dossier_id="d-1", code="plan")
        assert uow.papers.draft(dossier_id="d-1", code="plan") is None


def test_text_is_kept_in_one_form_under_a_salted_digest(begin: Begin, database: Database) -> None:
    decomposed = "Lý do: thiếu biên bản họp"
    with begin() as uow:
        first = uow.texts.put(decomposed, dossier_id=None)
        second = uow.texts.put(decomposed, dossier_id="d-1")
        uow.commit()
    with begin() as uow:
        assert uow.texts.get(first.id) == "Lý do: thiếu biên bản họp"
    assert first.digest != second.digest
    with database.read() as reader:
        rows = {row["id"]: row for row in reader.dicts(Statement(FREE_TEXT.select()))}
    assert text_digest(rows[first.id]["salt"], rows[first.id]["body"]) == first.digest


def test_anonymised_text_is_empty_for_good(begin: Begin, database: Database) -> None:
    with begin() as uow:
        ref = uow.texts.put("tên một người", dossier_id=None)
        uow.texts.anonymise(ref.id, at=START)
        uow.commit()
    with begin() as uow:
        assert uow.texts.get(ref.id) == ""
        with pytest.raises(NotFound):
            uow.texts.anonymise("nothing", at=START)
        with pytest.raises(NotFound):
            uow.texts.get("nothing")
    with database.read() as reader:
        row = reader.dicts(Statement(FREE_TEXT.select()))[0]
    assert (row["body"], row["salt"], row["digest"]) == ("", "", ref.digest)
