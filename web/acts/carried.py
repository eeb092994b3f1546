"""What an act's pages carry along: the dossiers as they were seen, the papers as typed, the files as kept.

It travels in one hidden field, so the back button and a second window are harmless; the engine checks all of it again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from workflow.domain.books import StoredFile
from workflow.services.inputs import PaperInput


@dataclass(frozen=True, slots=True)
class CarriedPaper:
    """One of the act's papers: the document as read from its form, and the scans kept for it."""

    document: Mapping[str, Any]
    files: tuple[StoredFile, ...] = ()

    def as_input(self) -> PaperInput:
        """What the service takes."""
        return PaperInput(json.dumps(self.document, ensure_ascii=False).encode(), self.files)


@dataclass(frozen=True, slots=True)
class Carried:
    """``seen``: version by dossier id, in the order chosen; ``choices``: the answer assumed for each before a paper
    says another; ``left_out``: ids left out by explicit choice.
    """

    seen: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[str, str | None] = field(default_factory=dict)
    papers: Mapping[str, CarriedPaper] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()

    def with_paper(self, code: str, paper: CarriedPaper) -> Carried:
        """The same with one paper typed."""
        return replace(self, papers={**self.papers, code: paper})

    def as_text(self) -> str:
        """For the hidden field."""
        plain = {
            "seen": dict(self.seen),
            "choices": dict(self.choices),
            "papers": {
                code: {"document": paper.document, "files": [asdict(file) for file in paper.files]}
                for code, paper in self.papers.items()
            },
            "left_out": sorted(self.left_out),
        }
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Carried:
        """What a hidden field carried. Raises ValueError for anything that no page of ours wrote."""
        try:
            plain = json.loads(text)
            return cls(
                seen={str(key): int(value) for key, value in plain["seen"].items()},
                choices={str(key): None if value is None else str(value) for key, value in plain["choices"].items()},
                papers={
                    str(code): CarriedPaper(
                        dict(paper["document"]), tuple(StoredFile(**file) for file in paper["files"])
                    )
                    for code, paper in plain["papers"].items()
                },
                left_out=frozenset(map(str, plain["left_out"])),
            )
        except (AttributeError, KeyError, TypeError, json.JSONDecodeError) as error:
            raise ValueError("carried") from error
