"""The living style guide at `/giao-dien`: every pattern in every state, and every shipped paper as a working form.

Registered only on demo and test sites. Nothing is stored: a form answers what it read. Sample words and data stand
beside its templates, in `templates/style_guide/sample.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import public
from web.forms import (
    GivenRow,
    GivenRows,
    PaperForm,
    Problem,
    ScoreColumn,
    ScoreGroup,
    ScoreLine,
    ScoreTable,
    Setting,
    parse_path,
)
from web.words import say

WEB = Path(__file__).parents[1]
SCHEMAS = WEB.parent / "dossier_schemas"
ATTACHMENTS = "kinds/dien_hinh/v1/attachments"

style_guide = Blueprint("style_guide", __name__, url_prefix="/giao-dien")


@cache
def sample() -> Mapping[str, Any]:
    """The sample words and data of the guide."""
    text = (WEB / "templates" / "style_guide" / "sample.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def schema_file(name: str) -> Path:
    """The file of a schema by the part of its id after `hoso:`."""
    return SCHEMAS / f"{name}.schema.json"


def read_schema(schema_id: str) -> Mapping[str, Any]:
    """A schema by its id (`hoso:common/day`); KeyError for one that is not shipped."""
    file = schema_file(schema_id.removeprefix("hoso:"))
    if not file.is_file():
        raise KeyError(schema_id)
    return dict(json.loads(file.read_text(encoding="utf-8")))


def paper_names() -> tuple[str, ...]:
    """Every paper that a kind ships, as the part of its id after `hoso:`."""
    found = SCHEMAS.glob("kinds/*/v*/attachments/*.schema.json")
    return tuple(sorted(file.relative_to(SCHEMAS).as_posix().removesuffix(".schema.json") for file in found))


@cache
def paper_form(name: str) -> PaperForm:
    """The form of a shipped paper; KeyError when there is none of that name."""
    return PaperForm(read_schema(f"hoso:{name}"), read_schema)


def score_table() -> ScoreTable:
    """The sample criteria with what the unit scored."""
    groups = tuple(
        ScoreGroup(
            group["title"],
            tuple(
                ScoreLine(
                    line["code"],
                    line["title"],
                    most=line["most"],
                    others={"self": line["self"]},
                    hint=line["hint"],
                    url="#",
                )
                for line in group["lines"]
            ),
        )
        for group in sample()["criteria"]
    )
    columns = tuple(ScoreColumn(one["code"], one["title"]) for one in sample()["columns"])
    return ScoreTable(groups, columns, mine="commune", against="self")


def file_hint() -> str:
    """What may be uploaded, said before choosing."""
    return say("form.files", size="20 MB")


def problems_of(name: str) -> tuple[Problem, ...]:
    """Sample problems, as an engine would report them."""
    return tuple(Problem(parse_path(path), sentence) for path, sentence in sample()[name])


def paper_page(
    template: str, name: str, stored: Mapping[str, Any], setting: Setting, problems: tuple[Problem, ...] = ()
) -> Response | str:
    """A paper as a working form: rows come and go, what is typed is read and shown as the document it makes."""
    form, document = paper_form(name), None
    if request.method == "POST":
        posted = request.form.to_dict(flat=False)
        changed = form.change_rows(posted)
        if changed is not None:
            bound = form.bind(stored, setting=setting, changed=changed)
        else:
            reading = form.read(posted, stored, setting)
            bound = form.bind(stored, setting=setting, reading=reading)
            document = None if reading.problems else json.dumps(reading.document, ensure_ascii=False, indent=2)
    else:
        bound = form.bind(stored, setting=setting, problems=problems)
    return render_template(
        f"style_guide/{template}.html",
        s=sample(),
        form=bound,
        document=document,
        has_errors=bool(bound.problems),
        name=name,
    )


@style_guide.get("/")
@public
def index() -> str:
    """The list of the guide's pages and of every paper."""
    papers = [(name, paper_form(name).shape.title) for name in paper_names()]
    return render_template("style_guide/index.html", s=sample(), papers=papers)


@style_guide.route("/bieu-mau", methods=["GET", "POST"])
@public
def fields() -> Response | str:
    """Every kind of field, with problems and with a request to mend; ?trong shows the form without them."""
    stored = sample()["filled_fields"]
    asks = {parse_path(path): text for path, text in sample()["field_asks"]}
    setting = Setting(asks=asks, file_hint=file_hint())
    problems = () if "trong" in request.args else problems_of("field_problems")
    return paper_page("bieu-mau", f"{ATTACHMENTS}/registration", stored, setting, problems)


@style_guide.route("/cham-diem", methods=["GET", "POST"])
@public
def scores() -> Response | str:
    """The score sheet of the commune police, with two problems; ?trong shows it without them."""
    setting = Setting(scores={"rows": score_table()}, file_hint=file_hint())
    problems = () if "trong" in request.args else problems_of("score_problems")
    return paper_page("cham-diem", f"{ATTACHMENTS}/assessment_sheet", sample()["filled_scores"], setting, problems)


@style_guide.route("/hop-xet", methods=["GET", "POST"])
@public
def meeting() -> Response | str:
    """Minutes over given dossiers, and the preview of what will happen."""
    rows = tuple(GivenRow(one["value"], one["title"], one["hint"], one["url"]) for one in sample()["dossiers"])
    setting = Setting(given={"items": GivenRows("dossier", rows)})
    return paper_page("hop-xet", f"{ATTACHMENTS}/minutes", sample()["filled_meeting"], setting)


@style_guide.route("/giay-to/<path:name>", methods=["GET", "POST"])
@public
def paper(name: str) -> Response | str:
    """Any shipped paper, blank, drawn from its schema alone."""
    if name not in paper_names():
        abort(404)
    return paper_page("giay-to", name, {}, Setting(file_hint=file_hint()))


@style_guide.get("/<page>")
@public
def page(page: str) -> str:
    """A page of patterns without a form of its own."""
    if page not in {one["code"] for one in sample()["pages"]}:
        abort(404)
    return render_template(f"style_guide/{page}.html", s=sample(), here=url_for("style_guide.index"))
