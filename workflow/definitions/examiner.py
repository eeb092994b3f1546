"""The whole examination of definitions: what ``hoso check`` says, and what PV01's kind must pass to be published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workflow.definitions import strict_json
from workflow.definitions.calendars import load_calendar
from workflow.definitions.catalogue import read_body, shipped_files
from workflow.definitions.checks import (
    Grounds,
    KindInvalid,
    MetaSchemas,
    check_body,
    check_kind,
    check_together,
    loadable,
)
from workflow.definitions.checks.finding import Finding, found
from workflow.definitions.criteria import load_criteria
from workflow.definitions.scenarios import load_scenarios, run_scenario
from workflow.definitions.schemas import PaperSchemas
from workflow.definitions.sealing import named_digests, seal, seal_findings
from workflow.definitions.sources import Sources
from workflow.definitions.strict_json import JsonRefused
from workflow.domain.criteria import CriteriaSet
from workflow.domain.kinds import DossierKind

TOGETHER, SEALED = "together", "published"


@dataclass(frozen=True, slots=True)
class Examiner:
    """Examines kinds against the shipped schemas, criteria, sources, calendars and stories under ``root``."""

    root: Path
    grounds: Grounds
    scenario_meta: Mapping[str, Any]

    @classmethod
    def from_folder(cls, root: Path) -> Examiner:
        """Read everything shipped under ``dossier_schemas``. DefinitionInvalid when a part cannot be used."""
        grounds = Grounds(
            meta=MetaSchemas.from_folder(root),
            schemas=PaperSchemas.from_folder(root),
            criteria=load_criteria(root),
            sources=Sources.load(root / "sources.json"),
            calendar=load_calendar(root / "calendars" / "vn"),
        )
        meta = strict_json.read((root / "meta" / "scenario.schema.json").read_bytes())
        return cls(root, grounds, meta if isinstance(meta, dict) else {})

    def knowing(self, criteria: Mapping[str, CriteriaSet]) -> Examiner:
        """The same examiner knowing also these criteria sets (what a province published)."""
        return replace(self, grounds=replace(self.grounds, criteria={**self.grounds.criteria, **criteria}))

    def kind(self, body: object) -> tuple[Finding, ...]:
        """Everything found in the body of a kind, waived findings too."""
        return check_body(body, self.grounds)

    def publishable(self, body: Mapping[str, Any]) -> DossierKind:
        """The kind that a body describes, when nothing found in it refuses it.

        Raises KindInvalid with every finding that stands, warnings included.
        """
        kind = loadable(body, self.grounds.meta)
        standing = tuple(item for item in check_kind(kind, body, self.grounds) if item.stands)
        if any(item.refuses for item in standing):
            raise KindInvalid(standing, kind=kind.code, version=kind.version)
        return kind

    def shipped(self) -> dict[str, tuple[Finding, ...]]:
        """What is found in every shipped kind (by ``code/vN``), between them, and in ``published.json``."""
        result: dict[str, tuple[Finding, ...]] = {}
        kinds: dict[str, DossierKind] = {}
        for file in shipped_files(self.root):
            folder = file.parent.relative_to(self.root / "kinds").as_posix()
            try:
                body = read_body(file)
                kind = loadable(body, self.grounds.meta)
            except JsonRefused as refused:
                result[folder] = (_unreadable(folder, refused),)
                continue
            except KindInvalid as invalid:
                result[folder] = invalid.findings
                continue
            result[folder] = (
                *check_kind(kind, body, self.grounds),
                *self._placed(folder, kind),
                *self._told(folder, kind),
            )
            if kind.code not in kinds or kind.version > kinds[kind.code].version:
                kinds[kind.code] = kind
        together = check_together(kinds)
        result[TOGETHER] = tuple(item for findings in together.values() for item in findings)
        result[SEALED] = seal_findings(self.root, self.digests())
        return result

    def digests(self) -> dict[str, str]:
        """Digest of every shipped kind that can be loaded, and of every criteria set, by its name in the list."""
        kinds: dict[str, str] = {}
        for file in shipped_files(self.root):
            try:
                kind = loadable(read_body(file), self.grounds.meta)
            except (JsonRefused, KindInvalid):
                continue
            kinds[kind.key] = kind.digest
        return named_digests(kinds, {key: one.digest for key, one in load_criteria(self.root).items()})

    def seal(self, *, frozen: bool = False) -> None:
        """Write ``published.json`` for what is shipped now. ``Conflict`` when a frozen version would change."""
        seal(self.root, self.digests(), frozen=frozen)

    @staticmethod
    def _placed(folder: str, kind: DossierKind) -> tuple[Finding, ...]:
        if folder == f"{kind.code}/v{kind.version}":
            return ()
        return (found("published_elsewhere", folder, folder=folder, key=kind.key),)

    def _told(self, folder: str, kind: DossierKind) -> tuple[Finding, ...]:
        """Every step of the kind's stories that goes otherwise than told."""
        told: list[Finding] = []
        for story in load_scenarios(self.root / "kinds" / folder / "scenarios", self.scenario_meta):
            for item in run_scenario(
                kind,
                story,
                schemas=self.grounds.schemas,
                criteria=self.grounds.criteria,
                calendar=self.grounds.calendar,
            ):
                facts = {"story": story.title, "step": item.step, "what": item.what}
                about = f"{story.name}:{item.step}:{item.what}"
                told.append(found("scenario_fails", about, told=str(item.told), came=str(item.came), **facts))
        return tuple(told)


def _unreadable(folder: str, refused: JsonRefused) -> Finding:
    """A file that is no strict JSON; a name that stands twice in it is the mistake that people make."""
    if refused.code == "json.duplicate_key":
        return found("key_doubled", folder, folder=folder, key=refused.facts["key"])
    return found("kind_unreadable", folder, file=folder)
