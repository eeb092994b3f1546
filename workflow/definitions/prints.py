"""The layouts of printed papers, from ``dossier_schemas/prints``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from workflow.definitions import strict_json
from workflow.definitions.schemas import definition_faults
from workflow.domain.errors import DefinitionInvalid
from workflow.domain.prints import Body, Frame, Layout, Part, Prints, PrintWords, SignedBy

FRAME = "frame.json"
LAYOUTS = "layouts"


def load_prints(root: Path) -> Prints:
    """Every layout and the words of the frame. ``root`` is the folder ``dossier_schemas``.

    Raises JsonRefused, DefinitionInvalid with all faults.
    """
    folder = root / "prints"
    frame = _checked(root, "print_frame", folder / FRAME)
    layouts = [_checked(root, "print", file) for file in sorted((folder / LAYOUTS).glob("*.json"))]
    return Prints(
        words=_words(frame["words"]),
        layouts={one["code"]: _layout(one) for one in layouts},
        usual=frame["usual"],
        usual_form=frame["usual_form"],
        by_title=tuple((one["starts"], one["layout"]) for one in frame["by_title"]),
    )


def _checked(root: Path, meta: str, file: Path) -> dict[str, Any]:
    schema = cast("dict[str, Any]", strict_json.read((root / "meta" / f"{meta}.schema.json").read_bytes()))
    body = strict_json.read(file.read_bytes())
    faults = definition_faults(schema, body, file.name)
    if faults:
        raise DefinitionInvalid(faults)
    return cast("dict[str, Any]", body)


def _words(body: Mapping[str, Any]) -> PrintWords:
    bodies = tuple(
        Body(
            tuple(one["names"]),
            one["full"],
            one.get("on_behalf", ""),
            tuple((deputy["office"], deputy["line"]) for deputy in one.get("deputies", ())),
        )
        for one in body["bodies"]
    )
    fixed = {name: text for name, text in body.items() if isinstance(text, str)}
    return PrintWords(**fixed, bodies=bodies, place_prefixes=tuple(body["place_prefixes"]))


def _layout(body: Mapping[str, Any]) -> Layout:
    return Layout(
        code=body["code"],
        title=body.get("title", ""),
        frame=Frame(body["frame"]),
        abbreviation=body.get("abbreviation", ""),
        about=tuple(body.get("about", ())),
        addressees=tuple(body.get("addressees", ())),
        body=tuple(_part(one) for one in body.get("body", ({"rest": True},))),
        signed_by=tuple(SignedBy(tuple(one["fields"]), one.get("title", "")) for one in body["signed_by"]),
        recipients=tuple(body.get("recipients", ())),
        hides=tuple(body.get("hides", ())),
        form=body.get("form"),
        source=body["source"],
        verified=body.get("verified", False),
    )


def _part(body: Mapping[str, Any]) -> Part:
    """A part is told by its first member: the sentence, heading or article, or the field it is about."""
    what = next(
        name for name in ("say", "heading", "centre", "article", "field", "text", "table", "rest") if name in body
    )
    told = "" if what == "rest" else str(body[what])
    needs = tuple(body.get("needs", ()))
    return (
        Part(what, told, "", needs) if what in {"say", "heading", "centre", "article"} else Part(what, "", told, needs)
    )
