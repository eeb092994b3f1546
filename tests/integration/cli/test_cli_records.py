"""Commands on dossiers: entered for a unit, filed, moved, decided in an act, corrected, held, rebound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support import tree
from tests.support.cli import Hoso, write_json

FIXTURES = tree.ROOT / "fixtures" / "dien_hinh" / "valid"
SIGNED = ("--number", "05/ĐK-TYT", "--signed-on", "15/01/2026", "--issuer", "Trạm Y tế xã", "--signer", "Trưởng trạm")


def fixture(name: str) -> dict[str, Any]:
    """A fresh copy of a sample document."""
    found: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def test_commune_police_enters_a_unit_from_its_signed_paper_in_one_go(opened: Hoso, pdf: Path) -> None:
    words = (
        *("register", "Trạm Y tế xã Vĩnh Phong", "--kind", "dien_hinh", "--cycle", "2026", "--for-unit"),
        *(
            "--paper",
            f"registration={FIXTURES / 'registration--co_quan-entered.json'}",
            "--file",
            f"registration={pdf}",
        ),
    )
    at = "15/01/2026 14:20"
    unsigned = opened.json(*words, by="cax-2", at=at)
    assert (unsigned.code, unsigned.error["code"]) == (2, "cli.usage.for_unit")
    before = opened.digest()
    without_scan = opened.json(*words, *SIGNED, by="cax-2", at=at)
    assert (without_scan.code, without_scan.refusals) == (3, ["open.signed_paper"])
    assert opened.digest() == before
    entered = (*words, *SIGNED, "--scan", pdf)
    early = opened.json(*entered, "--sent-at", "16/01/2026 08:00", by="cax-2", at=at)
    assert (early.code, early.error["code"]) == (2, "sent_after_received")
    assert opened.digest() == before
    done = opened.json(*entered, "--sent-at", "14/01/2026 16:00", by="cax-2", at=at)
    assert done.code == 0, done.err
    assert (done.data["state"], done.data["version"], done.data["late"]) == ("registered", 3, False)
    page = opened.json("show", done.data["number"], by="cax-2").data
    step = page["steps"][0]
    assert (step["authority"], step["role"], step["from_paper"]["number"]) == ("unit", "commune_police", "05/ĐK-TYT")
    assert step["door"] == "cli"
    assert (step["sent_at"], step["at"]) == ("2026-01-14T16:00:00+07:00", "2026-01-15T14:20:00+07:00")
    assert "gửi 16:00:00 ngày 14/01/2026" in opened("show", done.data["number"], by="cax-2").out
    assert "Công an xã" in opened("show", done.data["number"], by="cax-2").out


def test_draft_is_opened_and_registered_later(opened: Hoso) -> None:
    draft = opened.json(
        *("register", "thpt-vinh-thuan", "--kind", "dien_hinh", "--cycle", "2026", "--draft"),
        by="thpt",
        at="10/01/2026",
    )
    number = draft.data["number"]
    assert (draft.data["state"], draft.data["version"]) == ("draft", 1)
    filed = opened.json("attach", number, "--paper", f"registration={FIXTURES / 'registration.json'}", by="thpt")
    assert filed.data["version"] == 2
    moved = opened.json("perform", number, "register", by="thpt", at="17/01/2026 23:59:59")
    assert (moved.data["state"], moved.data["late"]) == ("registered", False)


def test_registration_a_second_after_the_date_is_late_and_told(opened: Hoso) -> None:
    words = ("register", "thpt-vinh-thuan", "--kind", "dien_hinh", "--cycle", "2026")
    paper = ("--paper", f"registration={FIXTURES / 'registration.json'}")
    answered = opened(*words, *paper, by="thpt", at="18/01/2026 00:00:00")
    assert answered.code == 0
    assert "muộn" in answered.out


def selection(folder: Path, **results: str) -> tuple[str, ...]:
    """The papers of a selection, with these results by number."""
    chosen = fixture("selection_list")
    chosen["date"] = "2026-01-19"
    chosen["items"] = [
        {"dossier": number, "result": result} | ({"reason": "Chưa đủ."} if result != "selected" else {})
        for number, result in results.items()
    ]
    advice = fixture("proposal")
    advice["items"] = [
        {"dossier": number, "tt124_result": "dat", "qd510_class": "xuat_sac", "advice": "selected"}
        for number in results
    ]
    return (
        *("--paper", f"selection_list={write_json(folder / 'list.json', chosen)}"),
        *("--paper", f"proposal={write_json(folder / 'proposal.json', advice)}"),
    )


def test_act_is_previewed_then_recorded_whole_or_not_at_all(registered: Hoso, tmp_path: Path, pdf: Path) -> None:
    numbers = {"2026-DH-0001": "selected", "2026-DH-0003": "selected", "2026-DH-0005": "selected"}
    papers = (*selection(tmp_path, **numbers), "--file", f"selection_list={pdf}", "--file", f"proposal={pdf}")
    before = registered.digest()
    preview = registered.json("act", "select", *numbers, *papers, "--preview", by="ubnd-1", at="20/01/2026 09:00")
    assert preview.code == 0, preview.err
    blocked = {
        row["number"]: [r["code"] for r in row["refusals"]] for row in preview.data["dossiers"] if row["refusals"]
    }
    assert blocked == {"2026-DH-0005": ["guard.result_other"]}
    assert preview.data["is_open"] is False
    refused = registered.json("act", "select", *numbers, *papers, by="ubnd-1", at="20/01/2026 09:00")
    assert (refused.code, refused.error["code"]) == (3, "act_refused")
    assert [row["number"] for row in refused.error["dossiers"]] == ["2026-DH-0005"]
    assert registered.digest() == before
    done = registered.json(
        "act", "select", *numbers, *papers, "--leave-out", "2026-DH-0005", by="ubnd-1", at="20/01/2026 09:00"
    )
    assert done.code == 0, done.err
    assert {row["number"]: row["state"] for row in done.data["dossiers"]} == {
        "2026-DH-0001": "selected",
        "2026-DH-0003": "selected",
    }
    assert done.data["left_out"] == ["2026-DH-0005"]
    assert len({row["act"] for row in done.data["dossiers"]}) == 1


def test_act_refused_names_every_dossier_in_words(registered: Hoso, tmp_path: Path) -> None:
    answered = registered("act", "select", "2026-DH-0001", "2026-DH-0005", by="ubnd-1", at="20/01/2026 09:00")
    assert answered.code == 3
    assert "2 trên 2 hồ sơ" not in answered.out
    assert "2026-DH-0001:" in answered.err
    assert "2026-DH-0005:" in answered.err
    assert answered.err.count("không có bước này") == 2


def test_act_takes_versions_per_dossier(registered: Hoso, tmp_path: Path) -> None:
    words = ("act", "select", "2026-DH-0001", *selection(tmp_path, **{"2026-DH-0001": "selected"}))
    stale = registered.json(*words, "--seen", "2026-DH-0001=1", by="ubnd-1", at="20/01/2026 09:00")
    assert (stale.code, stale.error["code"]) == (5, "stale_dossier")
    foreign = registered.json(*words, "--seen", "2026-DH-0002=1", by="ubnd-1")
    assert (foreign.code, foreign.error["code"]) == (2, "cli.usage.not_in_act")
    odd = registered.json(*words, "--seen", "2026-DH-0001=newest", by="ubnd-1")
    assert (odd.code, odd.error["code"]) == (2, "cli.usage.seen")


def test_return_names_what_to_mend_and_shows_it_to_the_unit(assessed: Hoso) -> None:
    returned = assessed.json(
        *("perform", "2026-DH-0004", "return_to_unit", "--mend-by", "25/11/2026"),
        *("--item-of", "unit_plan/number=Ghi số của kế hoạch", "--item", "Gửi thêm ảnh"),
        by="cax-1",
        at="18/11/2026 08:00",
    )
    assert returned.code == 0, returned.err
    page = assessed.json("show", "2026-DH-0004", by="tram-y-te").data
    (opened,) = page["returns"]
    assert opened["mend_by"] == "2026-11-26T00:00:00+07:00"
    assert [(item["paper"], item["path"], item["text"]) for item in opened["items"]] == [
        (None, None, "Gửi thêm ảnh"),
        ("unit_plan", "/number", "Ghi số của kế hoạch"),
    ]
    assert "Ghi số của kế hoạch" in assessed("show", "2026-DH-0004", by="tram-y-te").out


def test_hold_is_set_and_lifted_by_another_with_the_concluding_paper(assessed: Hoso, pdf: Path) -> None:
    held = assessed.json("hold", "2026-DH-0003", "--reason", "Có đơn khiếu nại", by="ubnd-1", at="18/11/2026 08:00")
    assert held.code == 0, held.err
    assert assessed.json("show", "2026-DH-0003", by="thpt").data["on_hold"]["role"] == "commune_committee"
    paper = (
        "--number",
        "9/KL",
        "--signed-on",
        "19/11/2026",
        "--issuer",
        "UBND xã",
        "--signer",
        "Chủ tịch",
        "--scan",
        pdf,
    )
    same = assessed.json("lift", "2026-DH-0003", *paper, by="ubnd-1", at="19/11/2026 08:00")
    assert (same.code, same.refusals) == (3, ["hold.same_person"])
    lifted = assessed.json("lift", "2026-DH-0003", *paper, by="ubnd-2", at="19/11/2026 08:00")
    assert lifted.code == 0, lifted.err
    assert assessed.json("show", "2026-DH-0003", by="thpt").data["on_hold"] is None


def test_correction_mends_the_paper_on_every_dossier_of_the_act(assessed: Hoso, pdf: Path) -> None:
    step = next(s for s in assessed.json("show", "2026-DH-0003", by="ubnd-1").data["steps"] if s["act"])
    paper = (
        "--number",
        "17/QĐ-UBND",
        "--signed-on",
        "20/01/2026",
        "--issuer",
        "UBND xã",
        "--signer",
        "Chủ tịch",
        "--scan",
        pdf,
    )
    silent = assessed.json(
        "correct", "2026-DH-0003", "--step", step["step"], *paper, by="ubnd-1", at="18/11/2026 08:00"
    )
    assert (silent.code, silent.refusals) == (3, ["correct.reason"])
    done = assessed.json(
        *("correct", "2026-DH-0003", "--step", step["step"], *paper, "--reason", "Nhầm số"),
        by="ubnd-1",
        at="18/11/2026 08:00",
    )
    assert done.code == 0, done.err
    assert len(done.data["dossiers"]) == 7
    for row in done.data["dossiers"]:
        page = assessed.json("show", row["number"], by="ubnd-1").data
        assert [s["from_paper"]["number"] for s in page["steps"] if s["act"] == step["act"]] == ["17/QĐ-UBND"]


def test_rebinding_is_previewed_and_refused_to_others(assessed: Hoso) -> None:
    words = ("rebind", "2026-DH-0003", "2026-DH-0006", "--version", "1")
    preview = assessed.json(*words, "--preview", by="pv01-1")
    assert preview.code == 0, preview.err
    assert [row["number"] for row in preview.data["dossiers"]] == ["2026-DH-0003", "2026-DH-0006"]
    before = assessed.digest()
    refused = assessed.json(*words, "--reason", "x", by="cax-1")
    assert (refused.code, refused.error["code"]) == (3, "transition_refused")
    unknown = assessed.json("rebind", "2026-DH-0003", "--version", "99", "--reason", "x", by="pv01-1")
    assert (unknown.code, unknown.error["code"]) == (4, "kind_not_found")
    assert assessed.digest() == before


def test_explanation_is_empty_exactly_when_the_move_succeeds(assessed: Hoso) -> None:
    words = ("2026-DH-0009", "withdraw", "--reason", "Không còn nhu cầu")
    explained = assessed.json("explain", *words, by="mttq")
    assert explained.data["is_open"] is True
    bare = assessed.json("explain", *words[:2], by="mttq")
    assert (bare.data["is_open"], [r["code"] for r in bare.data["refusals"]]) == (False, ["guard.reason"])
    assert assessed.json("perform", *words[:2], by="mttq").refusals == ["guard.reason"]
    assert assessed.json("perform", *words, by="mttq").code == 0


def test_explanation_without_a_step_lists_every_move_and_paper(assessed: Hoso) -> None:
    listed = assessed.json("explain", "2026-DH-0009", by="cax-1").data
    moves = {(move["trigger"], move["is_open"]) for move in listed["moves"]}
    assert ("return_to_unit", False) in moves
    assert {row["paper"]: row["is_open"] for row in listed["papers"]}["visit_note"] is True
    words = assessed("explain", "2026-DH-0009", by="cax-1").out
    assert "Căn cứ:" in words
    assert "Nộp được ngay:" in words
