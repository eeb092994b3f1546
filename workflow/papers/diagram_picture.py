"""Mermaid text -> SVG, without a browser. It holds foreign objects, so it is shown as ``<img>``, never inlined."""

from __future__ import annotations


def draw_diagram(text: str) -> str:
    """The SVG of a Mermaid flow chart. The first call takes half a second; callers keep the answer."""
    import mermaidx  # noqa: PLC0415 - slow to import, and few processes ever draw

    return str(mermaidx.render(text).svg())
