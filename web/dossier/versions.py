"""The versions of a paper: their list, and two of them side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for

from web.dossier.paper_forms import form_of, score_table, scored_list, setting_of
from web.dossier.story import paper_words
from web.formatting import day, digest_short
from web.words import say

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from workflow.domain.books import StoredFile
    from workflow.domain.kinds import AttachmentRule


@dataclass(frozen=True, slots=True)
class Version:
    """One filed version: when, by whom, from which signed paper, under which digest, with which files."""

    number: int
    day: str
    who: str
    from_paper: str
    digest: str
    url: str
    compare_url: str
    files: tuple[StoredFile, ...]
    is_stale: bool


Difference = dict[str, str]
"""One changed value as ``macros/compare.html`` draws it: label, was, is."""


def version_list(sight: Sight, rule: AttachmentRule) -> list[Version]:
    """Every version, newest first; each but the first can be compared with the one before."""
    versions = sight.dossier.versions(rule.code)
    found = []
    for place, filed in enumerate(versions):
        dossier_id, number = sight.dossier.id, filed.paper.version
        before = versions[place - 1].paper.version if place and not rule.many else None
        found.append(
            Version(
                number=number,
                day=day(filed.at),
                who=sight.name_of(filed.role),
                from_paper=paper_words(filed.from_paper) if filed.from_paper is not None else "",
                digest=digest_short(filed.paper.digest),
                url=url_for("papers.view", dossier_id=dossier_id, code=rule.code, ban=number),
                compare_url=url_for("papers.compare", dossier_id=dossier_id, code=rule.code, cu=before, moi=number)
                if before is not None
                else "",
                files=sight.record.files.get(filed.paper.id, ()),
                is_stale=filed.stale,
            )
        )
    return found[::-1]


def changes_of(
    sight: Sight, rule: AttachmentRule, old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[list[Difference], int]:
    """Where two versions differ, and how many values are the same. Score sheets are compared by criterion.

    The criteria themselves, which head the rows, are not counted among what is the same.
    """
    form, setting = form_of(rule.schema_id), setting_of(sight, rule, typed=False)
    name, table = scored_list(form), score_table(sight, rule, typed=False)
    codes: list[str] = []
    if name is not None and table is not None:
        codes = [line.code for line in table.lines]
        old, new = (_aligned(document, name, codes) for document in (old, new))
    changes, unchanged = form.changes(old, new, setting)
    found = []
    for change in changes:
        label = change.label
        if codes and change.path[0] == name and len(change.path) > 3 and isinstance(change.path[1], int):
            label = say("versions.in_criterion", number=codes[change.path[1]], label=label)
        found.append({"label": label, "was": change.was, "is": change.now})
    return found, unchanged - len(codes)


def _aligned(document: Mapping[str, Any], name: str, codes: list[str]) -> dict[str, Any]:
    """The document with one row for each criterion, in the order of the set: rows then compare by their place."""
    rows = document.get(name)
    found = {row.get("criterion"): row for row in rows if isinstance(row, dict)} if isinstance(rows, list) else {}
    return {**document, name: [found.get(code, {"criterion": code}) for code in codes]}
