"""The sample province: the story of one commune, and around it communes told by templates, up to a chosen day.

``fixtures/demo/province.json`` holds the communes, their units with what each did and when (``register 2026-01-13``),
and the templates of steps and acts, ``records.json`` the other records of the story's commune; here they only become
one script. Nothing is random: the same files make the same province.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from workflow import installation
from workflow.bootstrap import House
from workflow.clock import PracticeClock
from workflow.domain.calendars import HCM, ONE_DAY
from workflow.domain.errors import InvalidInput
from workflow.seeding.papers import SHARED
from workflow.seeding.player import Player
from workflow.seeding.script import STORY, Script, ScriptBroken, moment, read_script
from workflow.settings import FIXTURES, Settings

PROVINCE = FIXTURES / "demo" / "province.json"
RECORDS = FIXTURES / "demo" / "records.json"

OPENING = time(8)
"""When a chosen day begins."""

_WHOLE = re.compile(r"\{(\w+)\}")

Data = Mapping[str, Any]


def build_demo(settings: Settings, *, on: date | None = None) -> int:
    """Make the sample province in a new practice file; how many steps were played.

    Its clock stands at the chosen moment, or at eight in the morning of ``on``. Raises Conflict ``database_exists``,
    InvalidInput ``demo_day``, ``ScriptBroken`` when it cannot be told.
    """
    script = DEMO_SCRIPT if on is None else demo_script_on(on)
    installation.make(settings, at=moment(script["begins"]), practice=True)
    house = House(settings)
    try:
        played = sum(1 for _ in Player(house, script).play())
        clock = house.clock
        if isinstance(clock, PracticeClock):
            clock.advance_to(moment(script["until"]))
        house.reminding.remind(str(script["province"]))
        house.keep_present()
    finally:
        house.close()
    return played


def demo_script_on(day: date) -> Script:
    """The script as far as the morning of a day of its year. Raises InvalidInput ``demo_day``."""
    until = datetime.combine(day, OPENING, tzinfo=HCM)
    first, last = moment(DEMO_SCRIPT["begins"]), moment(DEMO_SCRIPT["until"])
    if not first < until <= last:
        raise InvalidInput("demo_day", first=first.date() + ONE_DAY, last=last.date())
    return demo_script(read_script(STORY), {**read_script(PROVINCE), "until": until.isoformat()}, read_script(RECORDS))


def demo_script(story: Script, province: Data, records: Data) -> Script:
    """One script of a story, a province around it and the commune's other records: its steps up to the moment
    ``until``, in order of time.
    """
    until = moment(province["until"])
    told = [_Commune(province, commune, place) for place, commune in enumerate(province["communes"])]
    generated = [step for commune in told for step in commune.steps()] + list(_decisions(province, told))
    told_alone = [_without(step, province["facts_of_the_story_alone"]) for step in story["steps"]]
    steps = sorted((*told_alone, *generated, *records["steps"]), key=lambda step: moment(step["at"]))
    return {
        **story,
        "title": province["title"],
        "note": province["note"],
        "until": province["until"],
        "organisations": [*story["organisations"], *(row for commune in told for row in commune.organisations())],
        "people": [*story["people"], *(person for commune in told for person in commune.people())],
        "steps": [step for step in steps if moment(step["at"]) <= until],
    }


def _without(step: Data, names: Collection[str]) -> Data:
    """A step of the story without facts it tells of the whole province: here there are others too."""
    expected = step.get("expect", {})
    facts = {name: value for name, value in expected.get("facts", {}).items() if name not in names}
    return {**step, "expect": {**expected, "facts": facts}} if "facts" in expected else step


@dataclass(frozen=True, slots=True)
class _Did:
    """One thing a unit did: the template's name, the day, and what else was written behind it."""

    name: str
    day: str
    more: str = ""

    @classmethod
    def read(cls, text: str) -> _Did:
        name, day, *more = text.split()
        return cls(name, day, " ".join(more))


class _Commune:
    """A commune of the sample province: its organisations, people and steps."""

    def __init__(self, province: Data, commune: Data, place: int) -> None:
        self._province, self._commune = province, commune
        self._first = 100 * (place + 1)
        self._words = self._commune_words()

    @property
    def _subjects(self) -> list[Data]:
        """The units, and the commune itself where it has a dossier of its own."""
        commune = self._commune
        if "own" not in commune:
            return list(commune["units"])
        own = {"id": commune["id"], "name": commune["name"], "kind": commune["kind"], "does": commune["own"]}
        return [*commune["units"], own]

    def _commune_words(self) -> dict[str, Any]:
        commune = self._commune
        level = self._province["levels"][commune["kind"]]
        plain = {"commune": commune["name"], "commune_id": commune["id"], "place": commune["place"], "level": level}
        offices = {name: text.format_map(plain) for name, text in self._province["offices"].items()}
        there = [{"office": text.format_map(plain), "present": True} for text in self._province["attendance"]]
        people = {name: f"{commune['id']}-{code}" for name, code in _PEOPLE.items()}
        titles = {"police_office": offices["police1"], "office": offices["committee1"]}
        return {**plain, **offices, **people, **titles, "attendance": there}

    def organisations(self) -> Iterator[Data]:
        """The commune, its offices, its units."""
        commune, words = self._commune, self._words
        code = commune["id"]
        yield {
            "id": code,
            "name": commune["name"],
            "kind": commune["kind"],
            "parent_id": self._province["parent"],
            "commune_id": code,
            "managing_level": "province",
            "valid_from": self._province["since"],
        }
        below = {"parent_id": code, "commune_id": code}
        yield {"id": f"{code}-police", "name": words["police"], "kind": "cong_an_xa", **below}
        yield {"id": f"{code}-committee", "name": words["committee"], "kind": "ubnd_xa", **below}
        for unit in commune["units"]:
            yield {"id": unit["id"], "name": unit["name"], "kind": unit["kind"], **below}

    def people(self) -> Iterator[Data]:
        """Two officers of the police, one of the committee, one person of every unit."""
        code, offices = self._commune["id"], self._province["offices"]
        for name, person in _PEOPLE.items():
            role = "commune_committee" if name.startswith("committee") else "commune_police"
            yield _person(f"{code}-{person}", offices[name].format_map(self._words), role, f"{code}-{role[8:]}")
        for unit in self._commune["units"]:
            yield _person(unit["id"], f"{self._province['heads'][unit['kind']]}, {unit['name']}", "unit", unit["id"])

    def steps(self) -> Iterator[Data]:
        """Earlier results, what each unit did, and the acts of the commune."""
        yield from self._results()
        for index, unit in enumerate(self._subjects):
            words = self._unit_words(unit, index)
            for did in map(_Did.read, unit.get("does", ())):
                for step in self._province["steps"].get(did.name, ()):
                    yield _shifted(_fill(step, {**words, "day": did.day, "more": did.more}, ()), index)
        acts = self._province["acts"]["commune"]
        for (name, day, more), group in sorted(self.groups(acts).items()):
            yield _fill(acts[name], {**self._words, "day": day, "more": more}, group)

    def groups(self, acts: Data) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
        """Units that went through one of these acts together, by the act, its day and the date set with it."""
        found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for index, unit in enumerate(self._subjects):
            words = self._unit_words(unit, index)
            for did in map(_Did.read, unit.get("does", ())):
                if did.name in acts:
                    dated = did.more if did.more[:1].isdigit() else ""
                    found.setdefault((did.name, did.day, dated), []).append({**words, "word": did.more})
            kept = _Did.read(unit["kept"]) if "kept" in unit else None
            if kept is not None and kept.name in acts:
                owed = {**words, "unit": f"{self._province['upkeep']}/{unit['id']}", "word": kept.more}
                found.setdefault((kept.name, kept.day, ""), []).append(owed)
        return found

    def _unit_words(self, unit: Data, index: int) -> dict[str, Any]:
        kind, serial = unit["kind"], self._first + index
        is_own = unit["id"] == self._commune["id"]
        grade = unit.get("class", next(iter(self._province["classes"])))
        return {
            **self._words,
            "unit": unit["id"],
            "subject": unit["id"],
            "by": self._words["committee1"] if is_own else unit["id"],
            "name": unit["name"],
            "kind": kind,
            "sign": unit.get("sign", "UBND"),
            "head": self._province["heads"][kind],
            "set": self._province["sets"][kind],
            "class": grade,
            "class_label": self._province["classes"][grade],
            "points": {code: choice[serial % len(choice)] for code, choice in self._province["points"].items()},
            "extras": {name: by_kind.get(kind, {}) for name, by_kind in self._province["extras"].items()},
            "votes": self._province["votes"],
            "reasons": self._province["reasons"],
            **{f"n{place}": serial + 1_000 * place for place in range(1, 5)},
        }

    def _results(self) -> Iterator[Data]:
        template = self._province["results"]
        rows: list[Any] = []
        for index, unit in enumerate(self._commune["units"]):
            words = self._unit_words(unit, index)
            if unit.get("does"):
                rows += _fill(template["entered"]["rows"], words, ())
            if "recognised" in unit:
                decided, number = unit["recognised"].split()
                words |= {"decided": decided, "number": number, "year": int(decided[:4])}
                rows.append(_fill(template["recognised"], words, ()))
        yield {**_fill(template["entered"], self._words | _NO_UNIT, ()), "rows": rows}
        yield _fill(template["confirmed"], self._words, ())


_PEOPLE = {"police1": "ca-1", "police2": "ca-2", "committee1": "ub-1"}
_NO_UNIT = {"subject": "", "class": "", "class_label": ""}


def _decisions(province: Data, communes: list[_Commune]) -> Iterator[Data]:
    """The province's decisions, each on units of several communes."""
    acts = province["acts"]["province"]
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for commune in communes:
        for key, group in commune.groups(acts).items():
            found.setdefault(key, []).extend(group)
    for (name, day, more), group in sorted(found.items()):
        yield _fill(acts[name], {"day": day, "more": more}, group)


def _person(code: str, office: str, role: str, organisation: str) -> Data:
    return {"id": code, "office": office, "role": role, "organisation": organisation, "login": code}


def _shifted(step: dict[str, Any], minutes: int) -> dict[str, Any]:
    """The step some minutes later, so that units do not all come at the same second."""
    return {**step, "at": (moment(step["at"]) + timedelta(minutes=minutes)).isoformat()}


def _fill(value: Any, words: Mapping[str, Any], group: Any) -> Any:
    """A template with its words put in.

    ``"{word}"`` alone keeps the word's type; ``{"$each": part}`` becomes a list, one part per member of the group;
    ``$extra``, ``$votes`` and ``$why`` bring in fields by name; ``"$points"`` and ``"$attendance"`` stand for those.
    """
    if isinstance(value, str):
        return _text(value, words)
    if isinstance(value, list):
        return [_fill(part, words, group) for part in value]
    if not isinstance(value, Mapping):
        return value
    if "$each" in value:
        return [_fill(value["$each"], {**words, **member}, ()) for member in group]
    return _fields(value, words, group)


def _text(value: str, words: Mapping[str, Any]) -> Any:
    whole = _WHOLE.fullmatch(value)
    if whole is not None:
        return words[whole[1]]
    if value in {"$points", "$attendance"}:
        return words[value[1:]]
    return value if value.startswith(SHARED) else value.format_map(words)


def _fields(value: Mapping[str, Any], words: Mapping[str, Any], group: Any) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for key, part in value.items():
        if key == "$extra":
            filled |= words["extras"][part]
        elif key == "$votes":
            filled |= words["votes"][words["word"]]
        elif key == "$why":
            filled |= {part: words["reasons"][words["word"]]} if words["word"] in words["reasons"] else {}
        else:
            filled[key] = _fill(part, words, group)
    return filled


def _read() -> Script:
    story, province, records = read_script(STORY), read_script(PROVINCE), read_script(RECORDS)
    try:
        return demo_script(story, province, records)
    except (KeyError, ValueError, TypeError) as error:
        raise ScriptBroken(f"the sample province cannot be told: {error!r}") from error


DEMO_SCRIPT: Script = _read()
"""The script of the sample province."""
