"""Plays a script through the services: every step at its instant, by its person, with what is expected of it.

A step that ends otherwise than it says stops the play with ``ScriptBroken``: a story cannot tell what did not happen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from workflow.bootstrap import House
from workflow.clock import PracticeClock
from workflow.domain.actors import Actor, Role, system_actor
from workflow.domain.errors import HosoError, TransitionRefused
from workflow.seeding.script import Script, ScriptBroken, Step, day, moment, organisation
from workflow.seeding.stage import Stage
from workflow.seeding.steps import VERBS
from workflow.seeding.told import Told, ToldDossier, ToldRefusal
from workflow.services.acts import ActRefused


@dataclass
class Player:
    """Plays one script in one house whose clock can be set."""

    house: House
    script: Script

    @cached_property
    def stage(self) -> Stage:
        """Where the script's names are known."""
        return Stage(self.house, self.script)

    @cached_property
    def _people(self) -> Mapping[str, Mapping[str, Any]]:
        return {person["id"]: person for person in self.script["people"]}

    def play(self, *, until: datetime | None = None) -> Iterator[Told]:
        """Set the scene, then every step in order; stops before the first step later than ``until``."""
        self.set_scene()
        for step in self.script["steps"]:
            at = moment(step["at"])
            if until is not None and at > until:
                return
            self.advance(at)
            yield self._play(step, at)

    def set_scene(self) -> None:
        """Organisations and people, by the system, before the first step."""
        self.advance(moment(self.script["begins"]))
        province = self.stage.province
        system = system_actor(province)
        self.house.organisations.import_rows(
            system, [organisation(row, province) for row in self.script["organisations"]]
        )
        for person in self.script["people"]:
            self.house.people.assign(
                system,
                person["id"],
                office=person["office"],
                role=Role(person["role"]),
                organisation_id=person["organisation"],
                valid_from=day(person.get("from")),
                valid_to=day(person.get("to")),
            )

    def advance(self, at: datetime) -> None:
        """Set the practice clock forward to ``at``. Raises ``ScriptBroken`` when the house has a clock that runs."""
        clock = self.house.clock
        if not isinstance(clock, PracticeClock):
            raise ScriptBroken("a script needs a practice clock")
        if at > clock.now():
            clock.advance_to(at)

    def _play(self, step: Step, at: datetime) -> Told:
        actor = self.house.people.actor(step["as"])
        told: dict[str, Any] = {
            "at": at,
            "person": step["as"],
            "office": self._people[step["as"]]["office"],
            "role": actor.role,
            "doing": step["do"],
            "tell": step.get("tell", ""),
        }
        try:
            done = VERBS[step["do"]](self.stage, step, actor)
        except TransitionRefused as error:
            result = Told(**told, refusals=_refusals(error), error=error.code, facts=dict(error.facts))
        except HosoError as error:
            result = Told(**told, error=error.code, facts=dict(error.facts))
            if step.get("expect", {}).get("error") != error.code:
                raise ScriptBroken(f"{_place(step)}: {error!r} {getattr(error, 'faults', '')}") from error
        else:
            result = Told(
                **told,
                dossiers=tuple(self._dossier(dossier_id, actor, at) for dossier_id in done.dossiers),
                warnings=tuple(ToldRefusal(warning, number) for number, warning in done.warnings),
                refusals=tuple(ToldRefusal(refusal, number) for number, refusal in done.preview or ()),
                facts=done.facts,
                preview=done.preview is not None,
            )
        self._check(step, result)
        return result

    def _dossier(self, dossier_id: str, actor: Actor, at: datetime) -> ToldDossier:
        dossier = self.stage.dossier(dossier_id)
        kind = self.house.engine.kind_of(dossier, at)
        with self.house.engine.reading() as stores:
            subject = stores.organisations.get(dossier.subject_id)
        newest = dossier.steps[-1] if dossier.steps and dossier.steps[-1].seq == dossier.version else None
        filed = dossier.papers[-1] if dossier.papers and dossier.papers[-1].seq == dossier.version else None
        entered = newest is not None and newest.authority != actor.role
        return ToldDossier(
            id=dossier.id,
            number=dossier.number,
            kind=kind.short_label,
            subject=subject.name,
            state=dossier.state,
            label=kind.state(dossier.state).label,
            late=newest is not None and newest.late,
            authority=newest.authority if newest is not None and entered else None,
            paper=newest.from_paper if newest is not None and entered else filed.from_paper if filed else None,
        )

    def _check(self, step: Step, told: Told) -> None:
        """Raises ``ScriptBroken`` unless the step ended as it says."""
        expected = dict(step.get("expect", {}))
        met = {
            "error": told.error if not told.refusals else None,
            "refused": sorted({item.refusal.code for item in told.refusals}) if told.error and told.refusals else None,
            "blocked": sorted({item.number for item in told.refusals}) if told.preview else None,
            "state": told.dossiers[0].state if told.dossiers else None,
            "states": {dossier.id: dossier.state for dossier in told.dossiers},
            "late": told.late,
        }
        for name in ("error", "refused", "blocked"):
            expected.setdefault(name, None)
        if expected["refused"] is not None:
            expected["refused"] = sorted(expected["refused"])
        if expected["blocked"] is not None:
            expected["blocked"] = sorted(self.stage.number_of(name) for name in expected["blocked"])
        if "states" in expected:
            expected["states"] = {self.stage.id_of(name): state for name, state in expected["states"].items()}
        facts = expected.pop("facts", {})
        wrong = {name: met[name] for name, value in expected.items() if met[name] != value}
        wrong |= {name: told.facts.get(name) for name, value in facts.items() if told.facts.get(name) != value}
        if wrong:
            raise ScriptBroken(f"{_place(step)}: ended with {wrong}, not {step.get('expect', {})}; {_why(told)}")


def _refusals(error: TransitionRefused) -> tuple[ToldRefusal, ...]:
    if isinstance(error, ActRefused):
        lines = (line for line in error.preview.lines if not line.left_out)
        return tuple(ToldRefusal(refusal, line.number) for line in lines for refusal in line.refusals)
    return tuple(ToldRefusal(refusal) for refusal in error.refusals)


def _place(step: Step) -> str:
    return f"{step['at']} {step['as']} {step['do']} ({step.get('tell', '')})"


def _why(told: Told) -> str:
    return "; ".join(f"{item.number} {item.refusal.code} {dict(item.refusal.facts)}".strip() for item in told.refusals)
