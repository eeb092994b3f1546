"""Plays a script through the services: every step at its instant, by its person, with what is expected of it.

A step that ends otherwise than it says stops the play with ``ScriptBroken``: a story cannot tell what did not happen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workflow.bootstrap import House
from workflow.clock import PracticeClock
from workflow.domain.actors import Actor, Role, system_actor
from workflow.domain.books import Organisation, StoredFile
from workflow.domain.calendars import HCM
from workflow.domain.deadlines import Scope
from workflow.domain.errors import HosoError, TransitionRefused
from workflow.domain.events import SignedPaper
from workflow.domain.guards import Refusal
from workflow.domain.kinds import ReturnMode
from workflow.seeding.papers import fill, scan, score_rows
from workflow.services.acts import ActInput, ActItem
from workflow.services.dates import GrantInput
from workflow.services.engine import Receipt
from workflow.services.inputs import ItemInput, MoveInput, PaperInput
from workflow.services.ledger import ResultInput

Step = Mapping[str, Any]


class ScriptBroken(RuntimeError):
    """A step did not end as its script says."""


@dataclass(frozen=True, slots=True)
class Told:
    """One step as it happened: when, by whom, in the script's words, with the refusals and warnings met."""

    at: datetime
    person: str
    office: str
    role: Role
    doing: str
    tell: str
    dossiers: tuple[str, ...] = ()
    state: str | None = None
    refusals: tuple[Refusal, ...] = ()
    error: str | None = None
    late: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Player:
    """Plays one script in one house whose clock can be set."""

    house: House
    script: Mapping[str, Any]
    _dossiers: dict[str, tuple[str, str]] = field(default_factory=dict)
    _owed: dict[str, str] = field(default_factory=dict)

    def play(self, *, until: datetime | None = None) -> Iterator[Told]:
        """Set the scene, then every step in order; stops before the first step later than ``until``."""
        self.set_scene()
        for step in self.script["steps"]:
            at = moment(step["at"])
            if until is not None and at > until:
                return
            self._advance(at)
            yield self._play(step, at)

    def set_scene(self) -> None:
        """Organisations and people, by the system, before the first step."""
        self._advance(moment(self.script["begins"]))
        province = self.script["province"]
        system = system_actor(province)
        rows = [_organisation(row, province) for row in self.script["organisations"]]
        self.house.organisations.import_rows(system, rows)
        for person in self.script["people"]:
            self.house.people.assign(
                system,
                person["id"],
                office=person["office"],
                role=Role(person["role"]),
                organisation_id=person["organisation"],
            )

    def number(self, name: str) -> str:
        """Number of the dossier that the script calls ``name``."""
        return self._find(name)[1]

    def dossier_id(self, name: str) -> str:
        """Id of the dossier that the script calls ``name``."""
        return self._find(name)[0]

    def _find(self, name: str) -> tuple[str, str]:
        if name not in self._dossiers:
            self._dossiers[name] = self._owed_dossier(name)
        return self._dossiers[name]

    def _owed_dossier(self, name: str) -> tuple[str, str]:
        """An owed dossier is named ``<kind>/<cycle>/<subject>``."""
        kind, cycle, subject = name.split("/")
        with self.house.engine.uow() as uow:
            for dossier_id in uow.dossiers.ids_where(
                province_id=self.script["province"], kind=kind, cycle=int(cycle)
            ):
                dossier = uow.dossiers.get(dossier_id)
                if dossier.subject_id == subject:
                    return dossier.id, dossier.number
        raise ScriptBroken(f"no dossier {name}")

    def _advance(self, at: datetime) -> None:
        clock = self.house.clock
        if not isinstance(clock, PracticeClock):
            raise ScriptBroken("a script needs a practice clock")
        if at > clock.now():
            clock.advance_to(at)

    def _play(self, step: Step, at: datetime) -> Told:
        actor = self.house.people.actor(step["as"])
        person = next(item for item in self.script["people"] if item["id"] == step["as"])
        told = {
            "at": at,
            "person": step["as"],
            "office": person["office"],
            "role": actor.role,
            "doing": step["do"],
            "tell": step.get("tell", ""),
        }
        expected = step.get("expect", {})
        doing: Callable[[Step, Actor], Mapping[str, Any]] = getattr(self, f"_do_{step['do']}")
        try:
            outcome = dict(doing(step, actor))
        except TransitionRefused as error:
            self._check_refused(step, error)
            return Told(**told, refusals=error.refusals, error=error.code)
        except HosoError as error:
            if expected.get("error") != error.code:
                raise ScriptBroken(f"{step}: {error.code} {dict(error.facts)}") from error
            return Told(**told, error=error.code, facts=dict(error.facts))
        if "refused" in expected or "error" in expected:
            raise ScriptBroken(f"{step}: was not refused")
        result = Told(**told, **outcome)
        if "state" in expected and result.state != expected["state"]:
            raise ScriptBroken(f"{step}: state is {result.state}")
        if "late" in expected and result.late != expected["late"]:
            raise ScriptBroken(f"{step}: late is {result.late}")
        return result

    @staticmethod
    def _check_refused(step: Step, error: TransitionRefused) -> None:
        expected = step.get("expect", {}).get("refused")
        met = sorted({refusal.code for refusal in error.refusals})
        if expected is None or sorted(expected) != met:
            raise ScriptBroken(
                f"{step.get('do')} {step.get('tell')}: refused with {[(r.code, dict(r.facts)) for r in error.refusals]}"
            ) from error

    # --- the steps a script may take ---

    def _do_open_cycle(self, step: Step, actor: Actor) -> Mapping[str, Any]:
        opened = self.house.cycles.open(actor, kind_code=step["kind"], cycle=step["cycle"])
        return {"facts": {"owed": len(opened.owed), "is_new": opened.is_new}}

    def _do_close_cycle(self, step: Step, actor: Actor) -> Mapping[str, Any]:
        return {"facts": {"ended": self.house.cycles.close(actor, kind_code=step["kind"], cycle=step["cycle"])}}

    def _do_enter_results(self, step: Step, actor: Actor) -> Mapping[str, Any]:
        rows = [
            ResultInput(**{**row, "decided_on": date.fromisoformat(row["decided_on"])}) for row in step["rows"]
        ]
        ids = self.house.ledger.enter(actor, rows)
        self._owed[step["name"]] = json.dumps(ids)
        return {"facts": {"entered": len(ids)}}

    def _do_confirm(self, step: Step, actor: Actor) -> Mapping[str, Any]:
        return {"facts": {"confirmed": self.house.ledger.confirm(actor, json.loads(self._owed[step["of"]]))}}

    def _do_open(self, step: Step, actor: Actor) -> Mapping[str, Any]:
        receipt = self.house.dossiers.open(
            actor,
            kind_code=step["kind"],
            subject_id=step["subject"],
            cycle=step["cycle"],
            for_unit=self._signed(step),
        )
        self._dossiers[step["dossier"]] = (receipt.dossier_id, receipt.number)
        return _outcome(receipt)

    def _do_file(self, step: Step, actor: Actor) -> Mapping[str, Any]:
        dossier_id = self.dossier_id(step["dossier"])
        receipt = self.house.dossiers.file_paper(
            actor,
            dossier_id,
            step["paper"],
            self._paper(step, step["document"], name=step["dossier"]),
            seen_version=self._version(dossier_id),
            signed=self._signed(step),
        )
        return _outcome(receipt)

    def _do_move(self, step: Step, actor: Actor) -> Mapping[str, Any]:
        dossier_id = self.dossier_id(step["dossier"])
        move = MoveInput(
            trigger=step["trigger"],
            seen_version=self._version(dossier_id),
            choice=step.get("choice"),
            papers={
                code: self._paper(step, document, name=step["dossier"])
                for code, document in step.get("papers", {}).items()
            },
            signed=self._signed(step),
            reason=step.get("reason"),
            items=tuple(ItemInput(**item) for item in step.get("items", ())),
            mode=ReturnMode(step["mode"]) if "mode" in step else None,
            redo_to=step.get("redo_to"),
            mend_by=moment(step["mend_by"]) if "mend_by" in step else None,
        )
        return _outcome(self.house.dossiers.perform(actor, dossier_id, move))

    def _do_act(self, step: Step, actor: Actor) -> Mapping[str, Any]:
        ids = [self.dossier_id(name) for name in step["dossiers"]]
        act = ActInput(
            trigger=step["trigger"],
            items=[ActItem(dossier_id, self._version(dossier_id)) for dossier_id in ids],
            papers={code: self._paper(step, document) for code, document in step.get("papers", {}).items()},
            leave_out=frozenset(self.dossier_id(name) for name in step.get("leave_out", ())),
            reason=step.get("reason"),
            returns=tuple(ItemInput(**item) for item in step.get("items", ())),
            mode=ReturnMode(step["mode"]) if "mode" in step else None,
            redo_to=step.get("redo_to"),
            mend_by=moment(step["mend_by"]) if "mend_by" in step else None,
            sent_at=moment(step["sent_at"]) if "sent_at" in step else None,
        )
        result = self.house.acts.record(actor, act)
        return {
            "dossiers": tuple(receipt.number for receipt in result.receipts),
            "facts": {"states": {receipt.number: receipt.state for receipt in result.receipts}, "act": result.act_id},
        }

    def _do_grant(self, step: Step, actor: Actor) -> Mapping[str, Any]:
        grant = self.house.dates.grant(
            actor,
            GrantInput(
                kind_code=step["kind"],
                cycle=step["cycle"],
                deadline=step["deadline"],
                scope=Scope(step["scope"]),
                scope_id=step["scope_id"],
                until=moment(step["until"]),
                reason=step["reason"],
            ),
        )
        return {"facts": {"grant": grant.kind.value, "until": grant.until.isoformat()}}

    def _do_hold(self, step: Step, actor: Actor) -> Mapping[str, Any]:
        dossier_id = self.dossier_id(step["dossier"])
        receipt = self.house.dossiers.hold(
            actor, dossier_id, reason=step["reason"], seen_version=self._version(dossier_id)
        )
        return _outcome(receipt)

    def _do_lift(self, step: Step, actor: Actor) -> Mapping[str, Any]:
        dossier_id = self.dossier_id(step["dossier"])
        receipt = self.house.dossiers.lift(
            actor, dossier_id, signed=self._signed(step), seen_version=self._version(dossier_id)
        )
        return _outcome(receipt)

    def _do_correct(self, step: Step, actor: Actor) -> Mapping[str, Any]:
        dossier_id = self.dossier_id(step["dossier"])
        with self.house.engine.uow() as uow:
            made = uow.dossiers.get(dossier_id).made(step["trigger"])[-1]
        signed = self._signed(step)
        if signed is None:
            raise ScriptBroken(f"{step}: a correction needs its signed paper")
        receipts = self.house.desk.correct(
            actor,
            dossier_id,
            step_seq=made.seq,
            signed=signed,
            reason=step["reason"],
            seen_version=self._version(dossier_id),
        )
        return {"dossiers": tuple(receipt.number for receipt in receipts)}

    def _do_file_report(self, step: Step, actor: Actor) -> Mapping[str, Any]:
        filed = self.house.reports.file(actor, kind_code=step["kind"], cycle=step["cycle"])
        return {"facts": {"filed": filed.id}, "late": filed.late}

    # --- what steps are made of ---

    def _version(self, dossier_id: str) -> int:
        with self.house.engine.uow() as uow:
            return uow.dossiers.get(dossier_id).version

    def _paper(self, step: Step, document: Any, *, name: str | None = None) -> PaperInput:
        filled = fill(document, number=self.number, sheet=lambda wish: self._rows(wish, name))
        raw = json.dumps(filled, ensure_ascii=False).encode()
        return PaperInput(raw, self._files(step))

    def _rows(self, wish: Mapping[str, Any], name: str | None) -> list[dict[str, Any]]:
        del name
        criteria = self.house.catalogue.criteria(wish["set"], province_id=self.script["province"])
        return score_rows(criteria, wish)

    def _files(self, step: Step) -> tuple[StoredFile, ...]:
        return tuple(self.house.files.put(scan(title), name=title) for title in step.get("scans", ()))

    def _signed(self, step: Step) -> SignedPaper | None:
        if "signed" not in step:
            return None
        scans = tuple(file.digest for file in self._files(step))
        return SignedPaper(**step["signed"], scans=scans)



def moment(text: str) -> datetime:
    """An instant of a script: ISO, in Asia/Ho_Chi_Minh unless it says otherwise."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=HCM)


def _organisation(row: Mapping[str, Any], province: str) -> Organisation:
    dates = {name: date.fromisoformat(row[name]) for name in ("valid_from", "valid_to") if row.get(name)}
    plain = {"parent_id": None, "commune_id": None, **row, **dates, "province_id": province}
    return Organisation(**plain)


def _outcome(receipt: Receipt) -> dict[str, Any]:
    return {"dossiers": (receipt.number,), "state": receipt.state, "late": receipt.late}
