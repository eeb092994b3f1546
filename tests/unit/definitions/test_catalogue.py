"""The catalogue: versions in force, layers of provinces, digests; and the seal on what was published."""

from __future__ import annotations

import copy
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.definitions import shipped
from workflow.definitions.catalogue import Catalogue
from workflow.definitions.checks import KindInvalid
from workflow.definitions.criteria import criteria_from_body
from workflow.definitions.examiner import SEALED, TOGETHER, Examiner
from workflow.definitions.loader import load_kind
from workflow.definitions.sealing import check_sealed, seal, seal_findings, sealed
from workflow.domain.errors import Conflict, DefinitionInvalid, NotFound

ON = date(2026, 6, 1)


def catalogue(*rows: dict[str, object], root: Path = shipped.LAW) -> Catalogue:
    """The shipped catalogue, with what the province ``p`` published."""
    return Catalogue(root, shipped.grounds().schemas, published=lambda province: rows if province == "p" else ())


def kind_row(version: int = 2, **fields: Any) -> dict[str, object]:
    body = shipped.body("dien_hinh")
    for paper, rule in body["attachments"].items():  # the papers of version 1 still serve
        rule.setdefault("schema", f"hoso:kinds/dien_hinh/v1/attachments/{paper}")
    body |= {"version": version, **fields}
    kind = load_kind(body)
    return {"what": "kind", "key": kind.key, "body": body, "digest": kind.digest}


def criteria_row(version: int = 2, **fields: Any) -> dict[str, object]:
    body = json.loads((shipped.LAW / "criteria" / "dien_hinh_xa" / "v1.json").read_text(encoding="utf-8"))
    body |= {"version": version, **fields}
    criteria = criteria_from_body(body)
    return {"what": "criteria", "key": criteria.key, "body": body, "digest": criteria.digest}


# --- the shipped layer ---------------------------------------------------------------------------


def test_the_shipped_kinds_are_there_by_version_and_newest() -> None:
    law = catalogue()
    assert [kind.key for kind in law.kinds()][:4] == ["dien_hinh@1", "duy_tri@1", "an_toan_antt@1", "phan_loai@1"]
    assert law.version("dien_hinh", 1) is law.newest("dien_hinh", province_id="p", on=ON)
    assert law.newest_criteria("dien_hinh_xa", province_id="p") is law.criteria("dien_hinh_xa@1", province_id="p")


@pytest.mark.parametrize(
    "ask",
    [
        lambda law: law.newest("khong_co", province_id="p", on=ON),
        lambda law: law.version("dien_hinh", 99),
        lambda law: law.version("dien_hinh", 99, province_id="p"),
        lambda law: law.criteria("khong_co@1", province_id="p"),
        lambda law: law.newest_criteria("khong_co", province_id="p"),
    ],
)
def test_what_is_unknown_is_not_found(ask: Any) -> None:
    with pytest.raises(NotFound):
        ask(catalogue())


# --- what provinces published --------------------------------------------------------------------


def test_a_published_kind_is_the_newest_of_its_province_only() -> None:
    law = catalogue(kind_row())
    assert law.newest("dien_hinh", province_id="p", on=ON).version == 2
    assert law.newest("dien_hinh", province_id="q", on=ON).version == 1
    assert law.version("dien_hinh", 1, province_id="p").version == 1
    assert law.version("dien_hinh", 2, province_id="p").version == 2
    with pytest.raises(NotFound):
        law.version("dien_hinh", 2, province_id="q")


def test_a_kind_is_built_once_for_its_digest() -> None:
    law = catalogue(kind_row())
    assert law.newest("dien_hinh", province_id="p", on=ON) is law.version("dien_hinh", 2, province_id="p")
    assert law.version("dien_hinh", 2) is law.version("dien_hinh", 2, province_id="p")


def test_a_kind_comes_into_force_on_its_day() -> None:
    law = catalogue(kind_row(in_force_from="2026-07-01"))
    assert law.newest("dien_hinh", province_id="p", on=date(2026, 6, 30)).version == 1
    assert law.newest("dien_hinh", province_id="p", on=date(2026, 7, 1)).version == 2


def test_a_published_criteria_set_is_the_newest_of_its_province_only() -> None:
    law = catalogue(criteria_row())
    assert law.newest_criteria("dien_hinh_xa", province_id="p").version == 2
    assert law.newest_criteria("dien_hinh_xa", province_id="q").version == 1
    assert set(law.criteria_sets("p")) - set(law.criteria_sets()) == {"dien_hinh_xa@2"}


@pytest.mark.parametrize("rows", [(kind_row(1, note="khác"),), (kind_row(2), kind_row(2, note="khác"))])
def test_a_published_version_never_changes(rows: tuple[dict[str, object], ...]) -> None:
    with pytest.raises(Conflict, match="published_twice"):
        catalogue(*rows).newest("dien_hinh", province_id="p", on=ON)


def test_a_row_whose_body_was_edited_is_refused() -> None:
    row = copy.deepcopy(kind_row())
    row["body"]["note"] = "sửa sau khi công bố"  # type: ignore[index]
    with pytest.raises(Conflict, match="published_changed"):
        catalogue(row).newest("dien_hinh", province_id="p", on=ON)


def test_a_kind_with_several_faults_is_refused_with_all_of_them() -> None:
    body = shipped.body("dien_hinh") | {"version": 2, "initial": "nowhere", "figures": "never"}
    with pytest.raises(KindInvalid) as caught:
        catalogue().check_kind(body)
    assert {item.about for item in caught.value.findings} == {"initial:nowhere", "figures:never"}


def test_a_kind_whose_papers_have_no_schema_is_refused() -> None:
    with pytest.raises(KindInvalid) as caught:
        catalogue().check_kind(shipped.body("duy_tri") | {"version": 2})
    assert {item.code for item in caught.value.findings} == {"schema_missing"}


# --- files and the seal --------------------------------------------------------------------------


@pytest.fixture
def law(tmp_path: Path) -> Path:
    """A copy of the shipped definitions, to be spoilt."""
    shutil.copytree(shipped.LAW, tmp_path / "law")
    return tmp_path / "law"


def edit(file: Path, **fields: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | fields), encoding="utf-8")


def test_shipped_files_are_refused_with_the_faults_of_all_of_them(law: Path) -> None:
    edit(law / "kinds/dien_hinh/v1/kind.json", initial="nowhere")
    edit(law / "kinds/duy_tri/v1/kind.json", version=3)
    with pytest.raises(KindInvalid) as caught:
        catalogue(root=law)
    assert {(item.code, item.about) for item in caught.value.findings} == {
        ("state_unknown", "dien_hinh/v1:initial:nowhere"),
        ("schema_missing", "duy_tri/v1:maintenance_report"),
        ("schema_missing", "duy_tri/v1:result_paper"),
    }


def test_a_kind_in_the_folder_of_another_is_refused(law: Path) -> None:
    (law / "kinds/duy_tri").rename(law / "kinds/khac")
    with pytest.raises(KindInvalid) as caught:
        catalogue(root=law)
    assert [(item.code, item.about) for item in caught.value.findings] == [("published_elsewhere", "khac/v1")]


def test_what_is_shipped_is_what_was_sealed() -> None:
    assert seal_findings(shipped.LAW, catalogue().digests()) == ()


def test_before_the_first_release_an_edit_is_found_and_may_be_sealed_anew(law: Path) -> None:
    edit(law / "kinds/duy_tri/v1/kind.json", note="sửa")
    edited = catalogue(root=law)
    assert [(item.code, item.about) for item in seal_findings(law, edited.digests())] == [
        ("published_differs", "duy_tri@1")
    ]
    seal(law, edited.digests())
    assert seal_findings(law, edited.digests()) == ()


def test_a_frozen_version_never_changes(law: Path) -> None:
    seal(law, catalogue(root=law).digests(), frozen=True)
    edit(law / "kinds/duy_tri/v1/kind.json", note="sửa")
    with pytest.raises(Conflict, match="published_changed"):
        catalogue(root=law)
    edited = load_kind(json.loads((law / "kinds/duy_tri/v1/kind.json").read_text(encoding="utf-8")))
    with pytest.raises(Conflict, match="published_changed"):
        seal(law, {**sealed(law)[0], "duy_tri@1": edited.digest})


def test_a_frozen_list_takes_new_versions_and_stays_frozen(law: Path) -> None:
    digests = catalogue(root=law).digests()
    seal(law, digests, frozen=True)
    seal(law, {**digests, "moi@1": "0" * 64})
    assert sealed(law) == ({**digests, "moi@1": "0" * 64}, True)


def test_a_version_that_is_gone_or_never_sealed_is_found(law: Path) -> None:
    digests = catalogue(root=law).digests()
    seal(law, {**{key: one for key, one in digests.items() if key != "duy_tri@1"}, "cu@1": "0" * 64})
    found = [(item.code, item.about) for item in seal_findings(law, digests)]
    assert found == [("published_gone", "cu@1"), ("published_unsealed", "duy_tri@1")]


@pytest.mark.parametrize("text", ["[]", '{"versions": []}', '{"versions": {}, "thaw": true}'])
def test_a_list_of_another_form_is_refused(law: Path, text: str) -> None:
    (law / "published.json").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionInvalid):
        check_sealed(law, {})


# --- the whole examination -----------------------------------------------------------------------


def test_everything_shipped_stands_but_for_what_is_signed_for() -> None:
    report = Examiner.from_folder(shipped.LAW).shipped()
    assert set(report) == {*(f"{code}/v1" for code in shipped.KINDS), TOGETHER, SEALED}
    assert [item for findings in report.values() for item in findings if item.stands] == []


def test_a_broken_kind_a_broken_story_and_a_broken_seal_are_all_told(law: Path) -> None:
    edit(law / "kinds/dien_hinh/v1/kind.json", initial="nowhere")
    story = law / "kinds/duy_tri/v1/scenarios/void.json"
    edit(story, steps=[{"at": "2026-12-31T23:30", "do": "close_cycle", "expect": {"state": "void"}}])
    report = Examiner.from_folder(law).shipped()
    told = {name: [(item.code, item.about) for item in findings] for name, findings in report.items()}
    clean = {f"{code}/v1": [] for code in shipped.KINDS}
    assert told == clean | {
        "an_toan_antt/v1": [("dates_out_of_order", "figures<results_report")],
        "dien_hinh/v1": [("state_unknown", "initial:nowhere")],
        "duy_tri/v1": [("scenario_fails", "void:3:state")],
        TOGETHER: [("obligation_kind_unknown", "dien_hinh")],
        SEALED: [("published_gone", "dien_hinh@1")],
    }


def test_a_kind_is_published_only_when_nothing_refuses_it() -> None:
    examiner = Examiner.from_folder(shipped.LAW)
    assert examiner.publishable(shipped.body("dien_hinh")).key == "dien_hinh@1"
    body = shipped.body("dien_hinh")
    del body["states"]["assessed"]["holder"]
    body["waivers"] = []
    with pytest.raises(KindInvalid) as caught:
        examiner.publishable(body)
    assert {item.code for item in caught.value.findings} == {"holder_missing", "short_slack"}


def test_an_examiner_can_be_told_of_more_criteria() -> None:
    examiner = Examiner.from_folder(shipped.LAW)
    body = shipped.body("dien_hinh")
    body["criteria"]["xa"] = "rieng_cua_tinh"
    assert [item.code for item in examiner.kind(body) if item.stands] == ["criteria_missing"]
    own = criteria_from_body(criteria_row(1, code="rieng_cua_tinh")["body"])
    assert [item for item in examiner.knowing({own.key: own}).kind(body) if item.stands] == []
