"""The register of sources: complete, consistent, honest about doubt, and citations in words."""

from __future__ import annotations

import copy
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.support.tree import ROOT, texts
from workflow.definitions.body import Fault
from workflow.definitions.sources import Sources, SourcesInvalid, Status, sources_from_body
from workflow.domain.citations import Confidence, is_citation, split_citation
from workflow.domain.errors import NotFound
from workflow.wording import Wording

FILE = ROOT / "dossier_schemas" / "sources.json"
META = json.loads((ROOT / "dossier_schemas" / "meta" / "sources.schema.json").read_text(encoding="utf-8"))

# seeds.md section 9: what the five plans cite, by number.
CITED = """
28-NQ/TW 46-CT/TW 09-CT/TW 44-KL/TW 48-CT/TW 13-KL/TW 12-NQ/TW 23-QĐ/TW 62-NQ/ĐU 593-QĐ/TU 163-KH/TU 386-KL/TU 14-QC/TU
06-CT/TU 06/2014/NĐ-CP 28/CT-TTg 33/CT-TTg 124/2021/TT-BCA 48/2025/TT-BCA 09/2024/TT-BCA 510/QĐ-BCA-V05
3554/QĐ-BCA-V05 40/2023/TT-BTC 03/ĐA-BCA 27/ĐA-BCA 30/ĐA-BCA 02/CTr-BCA-V05 04/CT-BCA-V28 07/CT-BCA-V28 09/CT-BCA-V28
71/KH-UBND 161/KH-UBND 76/KH-UBND 09/CT-UBND 3090/UBND-NC 19/HD-CAT-PV05 664/BCĐ-NC 232/KH-UBND 26/KH-CAT-PV01
03/CTr-BCĐ 18/CTrPH-CAH-MTTQ 91/KH-UBND 681/CTr-PHHĐ
"""
# … and those without a number.
UNNUMBERED = """
luat-nsnn luat-llbvantt-cs ctmtqg-ntm tt-dan-van-cand btc-cap-kieu-mau ctr-antt-ntm ctr-kh-tinh-uy-ubnd-huyen
nq-lien-tich ctrph-cax-mttq-2023-2033 ct-ubnd-dong-nai-2021
"""
# regulations.md section 0, and what the rest of it rests on.
VERSION_MAP = """
06/2022/QH15 06/2026/QH16 98/2023/NĐ-CP 28/2024/NĐ-CP 152/2025/NĐ-CP 15/2025/TT-BNV 01/2024/TT-BNV 23/2012/TT-BCA
9745/QĐ-BCA-V05 612/KH-BCA-V05 13/2023/NĐ-CP 91/2025/QH15 356/2025/NĐ-CP 29/2018/QH14 117/2025/QH15 09/2011/TT-BNV
10/2022/TT-BNV 33/2024/QH15 2447/QĐ-TTg 06/CT-BCA-V05 22/HD-BCA-V05 72/2025/QH15 30/2020/NĐ-CP 91/2015/QH13
"""
FIXED_IDS = """
kh-vinh-phong-2026 kh-41-thuy-hung-2026 kh-36-tan-khai-2025 ctr-hop-thanh-2024 ctr-14-dong-nai-2024 kh-26-cat-2026
tt-124-2021 tt-48-2025 qd-510-2022 qd-3554 nd-30-2020 blds-2015 luat-tdkt-2022 nd-152-2025 tt-40-2023 hoso
"""


@pytest.fixture(scope="module")
def sources() -> Sources:
    return Sources.load(FILE)


def register(*sources: dict[str, Any]) -> dict[str, Any]:
    return {"sources": list(sources)}


def source(source_id: str = "kh-1", **more: Any) -> dict[str, Any]:
    return {
        "id": source_id,
        "cite": "Kế hoạch số 1",
        "title": "Kế hoạch thử",
        "issuer": "UBND xã",
        "kind": "ke_hoach",
        "status": "in_force",
        "confidence": "read",
    } | more


def faults_of(body: object) -> tuple[Fault, ...]:
    with pytest.raises(SourcesInvalid) as refused:
        sources_from_body(body)
    return refused.value.errors


# --- the shipped register ------------------------------------------------------------------------


def test_every_instrument_of_the_seeds_and_of_the_version_map_is_in_the_register(sources: Sources) -> None:
    numbers = {source.number for source in sources}
    assert [number for number in f"{CITED} {VERSION_MAP}".split() if number not in numbers] == []
    assert [source_id for source_id in f"{UNNUMBERED} {FIXED_IDS}".split() if sources.get(source_id) is None] == []


def test_the_register_follows_its_schema() -> None:
    body = json.loads(FILE.read_text(encoding="utf-8"))
    assert list(jsonschema.Draft202012Validator(META).iter_errors(body)) == []


def test_every_citation_of_the_definitions_is_in_the_register(sources: Sources) -> None:
    """Kinds, papers, criteria sets and the domain itself cite; what they cite must be known."""
    cited: set[str] = set()
    pattern = re.compile(r'"((?:[a-z0-9]+-)*[a-z0-9]+#[^"#\\\s{}]+(?: [^"#\\{}]+)?)"')
    for name, text in texts("dossier_schemas", "workflow"):
        if name.endswith((".json", ".py")) and "/meta/" not in name and "/messages/" not in name:
            cited |= {found for found in pattern.findall(text) if is_citation(found)}
    assert len(cited) > 20
    assert sources.unknown(sorted(cited)) == ()


def test_circular_48_is_shown_as_amending_circular_124(sources: Sources) -> None:
    amended, amending = sources.get("tt-124-2021"), sources.get("tt-48-2025")
    assert amended is not None
    assert amending is not None
    assert (amended.amended_by, amending.amends) == (("tt-48-2025",), ("tt-09-2024", "tt-124-2021"))


@pytest.mark.parametrize(
    ("source_id", "values"),
    [
        ("kl-44-tw-2019", ("22/01/2019", "21/01/2019")),
        ("ct-48-tw", ("22/10/2010", "01/12/2011")),
        ("ctr-02-bca-v05", ("16/01/2024", "16/01/2023")),
        ("cv-664-bcd-binh-phuoc-2022", ("664/BCĐ-NC", "664/BCH-NC")),
    ],
)
def test_a_conflicting_text_is_shown_with_both_readings(
    sources: Sources, source_id: str, values: tuple[str, ...]
) -> None:
    citation = sources.cite(source_id)
    assert tuple(reading.value for reading in citation.readings) == values
    assert [reading.preferred for reading in citation.readings] == [True, False]
    assert all(reading.seed or reading.confidence is not Confidence.READ for reading in citation.readings)


def test_what_hoso_sets_by_itself_is_named_so(sources: Sources) -> None:
    citation = sources.cite("hoso#quorum")
    assert (citation.label, citation.confidence) == ("Mặc định của hoso, chưa có văn bản", Confidence.INFERENCE)


def test_poor_scans_keep_the_original_the_restored_text_and_the_doubt(sources: Sources) -> None:
    scanned = {source.id: source.ocr for source in sources if source.ocr}
    assert set(scanned) == {"kh-41-thuy-hung-2026", "kh-36-tan-khai-2025", "ctr-14-dong-nai-2024"}
    for passages in scanned.values():
        assert all(passage.original != passage.restored for passage in passages)
        assert any(passage.doubt for passage in passages)


def test_what_nobody_read_is_never_called_read(sources: Sources) -> None:
    """An instrument read in a seed or on a page names the place where it was read."""
    unplaced = [s.id for s in sources if s.confidence is Confidence.READ and not (s.seeds or s.pages)]
    assert unplaced == []


def test_the_register_names_offices_and_carries_no_phone_number(sources: Sources) -> None:
    told = " ".join(f"{s.issuer} {s.note} {s.title}" for s in sources)
    assert "[họ tên]" not in told
    assert re.search(r"\b0[35789]\d{8}\b", FILE.read_text(encoding="utf-8")) is None


# --- in force ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source_id", "on", "in_force"),
    [
        ("luat-06-2026-qh16", date(2026, 9, 30), False),
        ("luat-06-2026-qh16", date(2026, 10, 1), True),
        ("nd-152-2025", date(2025, 6, 30), False),
        ("nd-152-2025", date(2025, 7, 1), True),
        ("luat-117-2025", date(2026, 2, 28), False),
        ("luat-117-2025", date(2026, 3, 1), True),
        ("qd-3554", date(2026, 6, 1), None),
    ],
)
def test_in_force_follows_the_dates_that_are_known(
    sources: Sources, source_id: str, on: date, in_force: bool | None
) -> None:
    found = sources.get(source_id)
    assert found is not None
    assert found.in_force(on) is in_force


def test_an_instrument_ends_after_its_last_day() -> None:
    (only,) = sources_from_body(register(source(effective_from="2025-01-01", effective_to="2025-06-30")))
    assert [only.in_force(date(2025, 6, 30)), only.in_force(date(2025, 7, 1))] == [True, False]


# --- citations -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("citation", "label"),
    [
        ("kh-vinh-phong-2026#IV.1", "Kế hoạch của UBND xã Vĩnh Phong năm 2026, mục IV.1"),
        ("kh-vinh-phong-2026#IV.2.b", "Kế hoạch của UBND xã Vĩnh Phong năm 2026, mục IV.2.b"),
        ("kh-vinh-phong-2026", "Kế hoạch của UBND xã Vĩnh Phong năm 2026"),
        ("tt-124-2021#5", "Thông tư 124/2021/TT-BCA, Điều 5"),
        ("tt-124-2021#8.2", "Thông tư 124/2021/TT-BCA, Điều 8 khoản 2"),
        ("tt-124-2021#4.3.a", "Thông tư 124/2021/TT-BCA, Điều 4 khoản 3 điểm a"),
        ("nd-30-2020#Phụ lục I", "Nghị định 30/2020/NĐ-CP, Phụ lục I"),
        ("blds-2015#148", "Bộ luật Dân sự 2015, Điều 148"),
    ],
)
def test_cite_says_a_citation_in_words(sources: Sources, citation: str, label: str) -> None:
    said = sources.cite(citation)
    assert (said.label, said.id, said.place) == (label, *split_citation(citation))


def test_cite_shows_the_readings_of_the_place_alone(sources: Sources) -> None:
    assert {reading.about for reading in sources.cite("kh-vinh-phong-2026#IV.2.b").readings} == {
        "last_day",
        "window_end",
    }
    assert {reading.about for reading in sources.cite("kh-vinh-phong-2026#IV.1").readings} == {"order"}
    assert sources.cite("kh-vinh-phong-2026#IV.1x").readings == ()


def test_an_unknown_source_is_refused_by_name(sources: Sources) -> None:
    with pytest.raises(NotFound) as refused:
        sources.cite("qd-1#2")
    assert (refused.value.code, refused.value.facts) == ("unknown_source", {"citation": "qd-1#2"})
    assert sources.unknown(["hoso#a", "qd-1#2", "qd-2", "qd-1#2"]) == ("qd-1#2", "qd-2")


@pytest.mark.parametrize("text", ["hoso", "hoso#a", "tt-124-2021#4.3.a", "nd-30-2020#Phụ lục I"])
def test_a_citation_is_recognised(text: str) -> None:
    assert is_citation(text)


@pytest.mark.parametrize("text", ["", "#a", "hoso#", "hoso#a#b", "Hoso#a", "hoso-#a", "hoso#a\n", "hoso #a"])
def test_what_is_no_citation_is_not(text: str) -> None:
    assert not is_citation(text)


# --- a register that cannot be -------------------------------------------------------------------


def test_every_fault_of_a_register_is_reported_at_once() -> None:
    body = register(
        source("kh-1", status="valid", seeds=["002:85", "7"], extra=1),
        source("kh-1", date="2026-02-30", effective_from="2026-05-01", effective_to="2026-04-30"),
        source("KH 2", confidence="sure", amends=["kh-1", "kh-9"]),
        source("kh-3", readings=[{"about": "date", "value": "01/01", "confidence": "read"}]),
        {"id": "kh-4"},
    )
    found = sorted((fault.path, fault.code) for fault in faults_of(body))
    assert found == [
        ("/sources/0/extra", "body.unknown_field"),
        ("/sources/0/seeds/1", "sources.malformed_seed"),
        ("/sources/0/status", "body.unknown_choice"),
        ("/sources/1/date", "body.malformed_date"),
        ("/sources/1/effective_to", "sources.ends_before_start"),
        ("/sources/1/id", "sources.repeated_id"),
        ("/sources/2/amends", "sources.one_sided_link"),
        ("/sources/2/amends", "sources.unknown_link"),
        ("/sources/2/confidence", "body.unknown_choice"),
        ("/sources/2/id", "body.malformed_code"),
        ("/sources/3/readings", "sources.single_reading"),
        *(
            (f"/sources/4/{name}", "body.missing_field")
            for name in ("cite", "confidence", "issuer", "kind", "status", "title")
        ),
    ]
    wording = Wording()
    assert all(wording.say(fault.code, **fault.facts) for fault in faults_of(body))


def test_two_preferred_readings_of_one_thing_are_refused() -> None:
    reading = {"about": "date", "value": "01/01", "confidence": "read", "preferred": True}
    body = register(source(readings=[reading, reading | {"value": "02/01"}]))
    assert [fault.code for fault in faults_of(body)] == ["sources.several_preferred"]


@pytest.mark.parametrize("pair", [("amends", "amended_by"), ("replaces", "replaced_by")])
def test_a_link_is_told_on_both_sides(pair: tuple[str, str]) -> None:
    there, back = pair
    assert len(sources_from_body(register(source("a", **{there: ["b"]}), source("b", **{back: ["a"]})))) == 2
    for one_sided in (
        register(source("a", **{there: ["b"]}), source("b")),
        register(source("a"), source("b", **{back: ["a"]})),
    ):
        assert [fault.code for fault in faults_of(one_sided)] == ["sources.one_sided_link"]


def test_a_planted_fault_in_the_shipped_register_is_found() -> None:
    body = json.loads(FILE.read_text(encoding="utf-8"))
    broken = copy.deepcopy(body)
    next(s for s in broken["sources"] if s["id"] == "tt-124-2021")["amended_by"] = []
    assert [fault.code for fault in faults_of(broken)] == ["sources.one_sided_link"]
    broken = copy.deepcopy(body)
    broken["sources"] = [s for s in broken["sources"] if s["id"] != "tt-48-2025"]
    assert [fault.code for fault in faults_of(broken)] == ["sources.unknown_link"] * 2


@pytest.mark.parametrize("text", ["", "[", '{"sources": 1, "sources": []}', '{"sources": NaN}'])
def test_a_file_that_is_no_strict_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sources.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourcesInvalid) as refused:
        Sources.load(path)
    assert [(fault.file, fault.code.split(".")[0]) for fault in refused.value.errors] == [("sources.json", "json")]


def test_status_own_belongs_to_hoso_alone(sources: Sources) -> None:
    assert [s.id for s in sources if s.status is Status.OWN] == ["hoso"]
