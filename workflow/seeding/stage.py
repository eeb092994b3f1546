"""The stage on which a script is played: the house, and the script's own names for dossiers and results."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflow.bootstrap import House
from workflow.domain.books import StoredFile
from workflow.domain.dossier import Dossier
from workflow.domain.events import SignedPaper
from workflow.seeding.papers import fill, scan, score_rows
from workflow.seeding.script import Script, ScriptBroken, Step
from workflow.services.inputs import PaperInput


@dataclass
class Stage:
    """What the verbs of a script need: names to ids, documents to papers, titles to scans."""

    house: House
    script: Script
    results: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _dossiers: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def province(self) -> str:
        """The province of the script."""
        return str(self.script["province"])

    def name_dossier(self, name: str, dossier_id: str, number: str) -> None:
        """Remember which dossier the script calls ``name``."""
        self._dossiers[name] = dossier_id, number

    def remember(self, other: Stage) -> None:
        """Take over the names of a stage on which the same part of the script was played."""
        self.results.update(other.results)
        self._dossiers.update(other._dossiers)

    def id_of(self, name: str) -> str:
        """Id of the dossier that the script calls ``name``; an owed one is ``<kind>/<cycle>/<subject>``."""
        return self._find(name)[0]

    def number_of(self, name: str) -> str:
        """Its number."""
        return self._find(name)[1]

    def _find(self, name: str) -> tuple[str, str]:
        if name not in self._dossiers:
            self._dossiers[name] = self._owed(name)
        return self._dossiers[name]

    def _owed(self, name: str) -> tuple[str, str]:
        kind, _, rest = name.partition("/")
        cycle, _, subject = rest.partition("/")
        with self.house.engine.reading() as stores:
            for dossier_id in stores.dossiers.ids_where(
                province_id=self.province, kind=kind, cycle=int(cycle) if cycle.isdigit() else None
            ):
                dossier = stores.dossiers.get(dossier_id)
                if dossier.subject_id == subject:
                    return dossier.id, dossier.number
        raise ScriptBroken(f"no dossier {name}")

    def dossier(self, dossier_id: str) -> Dossier:
        """The dossier as it stands."""
        with self.house.engine.reading() as stores:
            return stores.dossiers.get(dossier_id)

    def version(self, dossier_id: str) -> int:
        """The version a person sees now."""
        return self.dossier(dossier_id).version

    def owed_count(self) -> int:
        """How many owed dossiers were ever opened in the province."""
        owed = {kind.owes.kind for kind in self.house.catalogue.kinds() if kind.owes is not None}
        with self.house.engine.reading() as stores:
            return sum(len(stores.dossiers.ids_where(province_id=self.province, kind=code)) for code in sorted(owed))

    def papers(self, step: Step) -> dict[str, PaperInput]:
        """The papers that come with a step, by code."""
        return {code: self.paper(step, document) for code, document in step.get("papers", {}).items()}

    def paper(self, step: Step, document: Any) -> PaperInput:
        """A document of the script as a paper, with the step's scans."""
        filled = fill(document, number=self.number_of, shared=self._shared, sheet=self._rows)
        return PaperInput(json.dumps(filled, ensure_ascii=False).encode(), self.files(step.get("scans", ())))

    def _shared(self, name: str) -> Any:
        return self.script["shared"][name]

    def _rows(self, wish: Mapping[str, Any]) -> list[dict[str, Any]]:
        return score_rows(self.house.catalogue.criteria(wish["set"], province_id=self.province), wish)

    def files(self, titles: Sequence[str]) -> tuple[StoredFile, ...]:
        """Scans by their titles."""
        return tuple(self.house.files.put(scan(title), name=f"{title}.pdf") for title in titles)

    def signed(self, step: Step) -> SignedPaper | None:
        """The signed paper a step is entered from, or None."""
        if "signed" not in step:
            return None
        scans = tuple(file.digest for file in self.files(step.get("scans", ())))
        return SignedPaper(**step["signed"], scans=scans)
