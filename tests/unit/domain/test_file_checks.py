"""What is found about an uploaded file, and what it weighs."""

from __future__ import annotations

import pytest

from workflow.domain.file_checks import (
    CHECKS,
    Expected,
    FileChecks,
    FileReport,
    SignatureFound,
    Weight,
    judge,
    secret_mark,
)

MARKS = ("TUYỆT MẬT", "TỐI MẬT", "MẬT")
ALL = FileChecks(dict.fromkeys(CHECKS, Weight.WARNS), MARKS)
TEXT = "UBND xã Vĩnh Phong\nSố: 103 /TTr-UBND\nVĩnh Phong, ngày 09 tháng 12 năm 2026\n" + "nội dung " * 30

WHOLE = SignatureFound(intact=True, trusted=True, organisation="UBND")
UNKNOWN = SignatureFound(intact=True, trusted=False)
CHANGED = SignatureFound(intact=False, trusted=False)


def codes(report: FileReport, expected: Expected | None = None, checks: FileChecks = ALL) -> list[str]:
    return [one.code for one in judge("tep.pdf", report, expected or Expected(), checks)]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("CÔNG AN TỈNH\nMẬT\nKế hoạch", "MẬT"),
        ("  [ TỐI MẬT ]  ", "TỐI MẬT"),
        ("* TUYỆT MẬT *", "TUYỆT MẬT"),
        ("Bảo vệ bí mật nhà nước: MẬT, TỐI MẬT, TUYỆT MẬT", ""),
        ("MẬT KHẨU", ""),
        ("mật", ""),
        ("THÂN MẬT", ""),
        ("", ""),
    ],
)
def test_only_a_line_of_its_own_is_a_secret_mark(text: str, mark: str) -> None:
    assert secret_mark(text, MARKS) == mark


@pytest.mark.parametrize(
    ("number", "day", "found"),
    [
        ("103/TTr-UBND", "2026-12-09", []),
        ("104/TTr-UBND", "2026-12-09", ["number_not_found"]),
        ("103/TTr-UBND", "2026-12-10", ["date_not_found"]),
        ("103/TTr-UBND", "2026-02-09", ["date_not_found"]),
    ],
)
def test_number_and_date_are_looked_for_in_the_text(number: str, day: str, found: list[str]) -> None:
    assert codes(FileReport(1, TEXT), Expected((number,), (day,))) == found


@pytest.mark.parametrize("written", ["09/12/2026", "9/12/2026", "9.12.2026", "ngày 9 tháng 12 năm 2026"])
def test_a_day_may_be_written_in_the_usual_ways(written: str) -> None:
    assert codes(FileReport(1, written + " nội dung" * 40), Expected((), ("2026-12-09",))) == []


def test_a_scan_without_text_says_nothing_about_number_and_date() -> None:
    assert codes(FileReport(1, "Sample scan"), Expected(("1/QD-A",), ("2026-01-01",))) == []


def test_every_finding_is_told_at_once_in_order() -> None:
    report = FileReport(301, "MẬT\n" + TEXT, encrypted=True, signatures=(SignatureFound(intact=False, trusted=True),))
    expected = Expected(("9/A-B",), ("2020-01-01",), ("2026-DH-0002",))
    order = ["encrypted", "pages", "secret_mark", "number_not_found", "date_not_found", "used_elsewhere"]
    assert codes(report, expected) == [*order, "signature_changed"]


@pytest.mark.parametrize(
    ("signatures", "found"),
    [
        ((WHOLE,), ["signed"]),
        ((UNKNOWN,), ["signature_unknown"]),
        ((WHOLE, CHANGED), ["signature_changed"]),
    ],
)
def test_signatures_are_told_by_their_worst(signatures: tuple[SignatureFound, ...], found: list[str]) -> None:
    assert codes(FileReport(1, signatures=signatures)) == found


def test_a_paper_may_weigh_a_finding_otherwise() -> None:
    report = FileReport(1, TEXT)
    expected = Expected(("9/A-B",), ("2020-01-01",))
    found = judge("t", report, expected, ALL, (("number_not_found", "blocks"), ("date_not_found", "off")))
    assert [(one.code, one.weight) for one in found] == [("number_not_found", Weight.BLOCKS)]
