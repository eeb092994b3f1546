"""The facts of a dossier in a few lines, and its findings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from flask import url_for

from web.context import house
from web.dossier.filings import may_file
from web.dossier.paper_forms import criteria_of, side_words
from web.dossier.turns import Mark
from web.formatting import day, number
from web.words import say
from workflow.domain.calendars import last_day

if TYPE_CHECKING:
    from web.dossier.sight import Sight


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the summary."""

    label: str
    text: str
    url: str = ""


def summary_of(sight: Sight) -> list[Fact]:
    """Scores of each side, criteria set, window of figures, whose dossier it is, by which rules it goes."""
    dossier = sight.dossier
    facts = list(_scores(sight))
    criteria = criteria_of(sight)
    if criteria is not None:
        words = say("summary.sample" if criteria.sample else "summary.criteria", version=criteria.version)
        facts.append(Fact(say("summary.criteria_set"), words))
    figures = sight.look.figures
    if figures is not None and figures.opens is not None and figures.closes is not None:
        window = say("summary.window", first=day(figures.opens), last=day(last_day(figures.closes)))
        facts.append(Fact(say("summary.figures"), window))
    facts.append(Fact(say("summary.commune"), sight.record.names.get(dossier.commune_id, "")))
    if dossier.opened_at is not None and dossier.opened_by_role is not None:
        who = sight.name_of(dossier.opened_by_role)
        facts.append(Fact(say("summary.opened"), say("summary.opened_by", day=day(dossier.opened_at), who=who)))
    if dossier.late:
        facts.append(Fact(say("summary.late"), say("summary.late_words")))
    rules = say("summary.rules_words" if dossier.pinned else "summary.rules_draft", version=sight.kind.version)
    facts.append(Fact(say("summary.rules"), rules))
    return facts


def _scores(sight: Sight) -> list[Fact]:
    """What each side's newest sheet adds up to."""
    found = []
    for rule in sight.kind.attachments.values():
        filed = sight.dossier.newest(rule.code) if rule.scored and rule.code not in sight.look.hidden else None
        if filed is None:
            continue
        facts = filed.paper.facts
        total, most = Decimal(str(facts.get("total", 0))), Decimal(str(facts.get("maximum", 0)))
        words = say("summary.points", total=number(total), maximum=number(most)) if most else ""
        unscored = facts.get("unscored")
        if isinstance(unscored, list | tuple) and unscored:
            words = say("summary.points_open", points=words, count=len(unscored))
        found.append(Fact(side_words(rule), words or say("summary.met", count=facts.get("met", 0))))
    return found


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of a visit: its words, how it stands, and what the reader can do about it."""

    code: str
    words: str
    mark: Mark
    url: str = ""
    act: str = ""


_MARKS = {"open": "no", "answered": "half", "closed": "done"}


def findings_of(sight: Sight) -> list[Finding]:
    """The findings of visits, those still open first."""
    order = list(_MARKS)
    found = sorted(sight.dossier.findings.items(), key=lambda item: (order.index(item[1]), item[0]))
    return [_finding(sight, code, status) for code, status in found]


def _finding(sight: Sight, code: str, status: str) -> Finding:
    wanted = {"open": "answers", "answered": "closes"}.get(status)
    option = next((one for one in sight.look.papers if one.rule.finding == wanted and may_file(one)), None)
    words = Mark(_MARKS[status], say(f"finding.{status}"))
    if wanted is None or option is None:
        return Finding(code, _finding_words(sight, code), words)
    url = url_for("papers.edit", dossier_id=sight.dossier.id, code=option.rule.code, kien_nghi=code)
    return Finding(code, _finding_words(sight, code), words, url, say(f"finding.{wanted}"))


def _finding_words(sight: Sight, code: str) -> str:
    """The words of a finding, from the note that raised it: ``<number of the note>.<its code>``."""
    version, _, name = code.partition(".")
    notes = [rule.code for rule in sight.kind.attachments.values() if rule.finding == "opens"]
    for filed in sight.dossier.papers:
        if filed.paper.code in notes and str(filed.paper.version) == version:
            document = house().looks.document(sight.reader, sight.dossier.id, filed.paper.id)
            rows = document.get("findings")
            for row in rows if isinstance(rows, list) else ():
                if isinstance(row, dict) and row.get("code") == name:
                    return str(row.get("text", ""))
    return ""
