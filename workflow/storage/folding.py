"""Text without marks, case and doubled spaces, for finding Vietnamese names: ``Trường  Đức`` -> ``truong duc``."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """The folded text; đ counts as d, which no database's own folding knows."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())
