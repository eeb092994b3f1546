"""What organisations report, as the definitions say it: the kind that obliges them, its figures, the targets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from workflow.definitions.catalogue import Catalogue
from workflow.definitions.schemas import PaperSchemas
from workflow.definitions.targets import load_targets
from workflow.domain.kinds import DossierKind
from workflow.domain.obligation_rules import FigureName
from workflow.domain.targets import Target

GROUP = "figures"
"""The heading under which a schema gathers the whole numbers of a paper."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """Reads it from the catalogue and the schemas of papers."""

    catalogue: Catalogue
    schemas: PaperSchemas
    root: Path

    def targets(self) -> tuple[Target, ...]:
        """The quantitative targets, in the order in which they are shown."""
        return load_targets(self.root)

    def kind(self, *, province_id: str, on: date) -> DossierKind | None:
        """The newest version of the kind that obliges organisations to report, the first of them; or None."""
        kinds = self.catalogue.kinds()
        found = (self.catalogue.newest(kind.code, province_id=province_id, on=on) for kind in kinds)
        return next((kind for kind in found if kind.obliges is not None), None)

    def figures(self, kind: DossierKind) -> tuple[FigureName, ...]:
        """The figures that what is handed in may carry, in the order of its form; none where nobody is obliged."""
        if kind.obliges is None:
            return ()
        fields = self.schemas.plain(kind.attachments[kind.obliges.paper].schema_id).get("properties", {})
        found = [
            (node["x-ui"].get("order", 0), name, str(node["title"]))
            for name, node in fields.items()
            if node.get("type") == "integer" and node.get("x-ui", {}).get("group") == GROUP
        ]
        return tuple(FigureName(name, title) for _order, name, title in sorted(found))
