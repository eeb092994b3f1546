"""Kinds and criteria sets by version, in two layers: shipped files, and what a province published over them.

A published version never changes: the same key with another digest is refused. Shipped versions are held to
``published.json`` from the first tagged release; before that ``seal`` writes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from workflow.definitions import strict_json
from workflow.definitions.criteria import criteria_from_body, load_criteria
from workflow.definitions.loader import load_kind
from workflow.definitions.schemas import PaperSchemas, definition_faults
from workflow.domain.errors import Conflict, DefinitionInvalid, NotFound
from workflow.domain.kinds import DossierKind
from workflow.domain.scoring import CriteriaSet

Rows = Callable[[str], Iterable[Mapping[str, object]]]
"""What a province published, by its id: rows with what, key, body, digest, at."""

KIND_SCHEMA = "meta/kind.schema.json"


def _nothing_published(province_id: str) -> tuple[Mapping[str, object], ...]:
    del province_id
    return ()


class Catalogue:
    """Every version of every kind and criteria set. Kinds are built once and shared."""

    def __init__(self, root: Path, schemas: PaperSchemas, *, published: Rows = _nothing_published) -> None:
        """Read the shipped layer under ``root``. Raises ``DefinitionInvalid`` with every fault, ``Conflict`` for an
        edited version that was published."""
        self._schemas = schemas
        self._published = published
        self._meta = _read(root / KIND_SCHEMA)
        self._kinds: dict[str, DossierKind] = {}
        self._in_force: dict[str, date] = {}
        self._criteria: dict[str, CriteriaSet] = dict(load_criteria(root))
        self._built: dict[str, DossierKind | CriteriaSet] = {}
        for file in sorted((root / "kinds").glob("*/v*/kind.json")):
            self._add_shipped(_read(file), file.parent.relative_to(root))
        check_sealed(root, self.digests())

    def _add_shipped(self, body: Mapping[str, Any], folder: Path) -> None:
        kind = self.check_kind(body)
        if kind.code != folder.parts[-2] or f"v{kind.version}" != folder.parts[-1]:
            raise DefinitionInvalid((f"{folder} holds {kind.key}",), kind=kind.code)
        self._kinds[kind.key] = kind
        if "in_force_from" in body:
            self._in_force[kind.key] = date.fromisoformat(body["in_force_from"])

    def check_kind(self, body: Mapping[str, Any]) -> DossierKind:
        """The kind a body describes, its shape and the schemas of its papers checked.

        Raises ``DefinitionInvalid`` with every fault.
        """
        name = f"{body.get('code')}@{body.get('version')}"
        faults: list[object] = list(definition_faults(self._meta, body, name))
        if not faults:
            kind = load_kind(body)
            missing = {
                rule.schema_id for rule in kind.attachments.values() if rule.schema_id not in self._schemas
            }
            faults = [f"{name}: no schema {schema_id}" for schema_id in sorted(missing)]
            if not faults:
                return kind
        raise DefinitionInvalid(tuple(faults), kind=body.get("code"), version=body.get("version"))

    def digests(self) -> dict[str, str]:
        """Digest of every shipped kind and criteria set by ``code@version``."""
        kinds = {key: kind.digest for key, kind in self._kinds.items()}
        return dict(sorted((kinds | {key: criteria.digest for key, criteria in self._criteria.items()}).items()))

    # --- kinds

    def kinds(self) -> tuple[DossierKind, ...]:
        """The newest shipped version of every kind, by code."""
        newest: dict[str, DossierKind] = {}
        for kind in self._kinds.values():
            if kind.code not in newest or kind.version > newest[kind.code].version:
                newest[kind.code] = kind
        return tuple(newest[code] for code in sorted(newest))

    def newest(self, kind: str, *, province_id: str, on: date) -> DossierKind:
        """The version of a kind that is in force in a province on a day. Raises ``NotFound``."""
        known = {key: item for key, item in self._kinds.items() if item.code == kind}
        starts = dict(self._in_force)
        for row in self._rows(province_id, "kind"):
            found = self._kind_of(row)
            if found.code == kind:
                known[found.key] = found
                begins = _body(row).get("in_force_from")
                if begins:
                    starts[found.key] = date.fromisoformat(str(begins))
        in_force = [item for key, item in known.items() if key not in starts or starts[key] <= on]
        if not in_force:
            raise NotFound("kind_not_found", kind=kind)
        return max(in_force, key=lambda item: item.version)

    def version(self, kind: str, version: int, *, province_id: str = "") -> DossierKind:
        """A pinned version: shipped, or published by the province (or, unnamed, seen before). Raises ``NotFound``."""
        key = f"{kind}@{version}"
        found = self._kinds.get(key)
        if found is None:
            for row in self._rows(province_id, "kind") if province_id else ():
                if row["key"] == key:
                    return self._kind_of(row)
            seen = [item for item in self._built.values() if isinstance(item, DossierKind) and item.key == key]
            if not seen:
                raise NotFound("kind_not_found", kind=kind, version=version)
            found = seen[0]
        return found

    # --- criteria sets

    def criteria(self, key: str, *, province_id: str) -> CriteriaSet:
        """A criteria set ``code@version``. Raises ``NotFound``."""
        if key in self._criteria:
            return self._criteria[key]
        for row in self._rows(province_id, "criteria"):
            if row["key"] == key:
                return self._criteria_of(row)
        raise NotFound("criteria_not_found", criteria=key)

    def newest_criteria(self, code: str, *, province_id: str) -> CriteriaSet:
        """The newest version of a criteria set in a province. Raises ``NotFound``."""
        known = [item for item in self._criteria.values() if item.code == code]
        known += [
            item
            for item in (self._criteria_of(row) for row in self._rows(province_id, "criteria"))
            if item.code == code
        ]
        if not known:
            raise NotFound("criteria_not_found", criteria=code)
        return max(known, key=lambda item: item.version)

    # --- what provinces published

    def _rows(self, province_id: str, what: str) -> list[Mapping[str, object]]:
        return [row for row in self._published(province_id) if row["what"] == what]

    def _kind_of(self, row: Mapping[str, object]) -> DossierKind:
        digest = str(row["digest"])
        built = self._built.get(digest)
        if not isinstance(built, DossierKind):
            built = self.check_kind(_body(row))
            self._built[digest] = built
        return built

    def _criteria_of(self, row: Mapping[str, object]) -> CriteriaSet:
        digest = str(row["digest"])
        built = self._built.get(digest)
        if not isinstance(built, CriteriaSet):
            built = criteria_from_body(_body(row))
            self._built[digest] = built
        return built


def check_sealed(root: Path, digests: Mapping[str, str]) -> None:
    """Raises ``Conflict`` when a version that ``published.json`` names has another content now."""
    file = root / "published.json"
    if not file.exists():
        return
    sealed = _read(file)
    if not sealed.get("frozen"):
        return
    changed = sorted(key for key, digest in sealed["versions"].items() if digests.get(key) != digest)
    if changed:
        raise Conflict("published_changed", versions=", ".join(changed))


def seal(root: Path, digests: Mapping[str, str], *, frozen: bool = False) -> None:
    """Write ``published.json``: the digest of every shipped version. ``frozen``: from now on they may not change."""
    body = {"frozen": frozen, "versions": dict(sorted(digests.items()))}
    (root / "published.json").write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _read(file: Path) -> dict[str, Any]:
    body = strict_json.read(file.read_bytes())
    if not isinstance(body, dict):
        raise DefinitionInvalid((f"{file.name} is no object",))
    return body


def _body(row: Mapping[str, object]) -> Mapping[str, Any]:
    body = row["body"]
    if not isinstance(body, Mapping):
        raise DefinitionInvalid((f"{row['key']} has no body",))
    return body
