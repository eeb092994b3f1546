"""Citations: where a rule comes from, and how well its words are known.

A citation is the text ``<id>#<place>``, for instance ``kh-vinh-phong-2026#IV.1``; the place may be left out.
The ids are those of ``dossier_schemas/sources.json``, read by ``definitions.sources``.
"""

from __future__ import annotations

import re
from enum import StrEnum

CITATION_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:#[^#\x00-\x1f]{1,80})?")


class Confidence(StrEnum):
    """How the words of a source were come by (regulations.md, "How to read this file")."""

    READ = "read"
    SECONDARY = "secondary"
    MEMORY = "memory"
    INFERENCE = "inference"


def is_citation(text: str) -> bool:
    """Whether ``text`` has the form of a citation; its source need not be known."""
    return CITATION_PATTERN.fullmatch(text) is not None


def split_citation(citation: str) -> tuple[str, str]:
    """A citation's source id and place; the place is empty when none is named."""
    source, _, place = citation.partition("#")
    return source, place
