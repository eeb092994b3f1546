"""Kinds and criteria sets by version, in two layers: shipped files, and what provinces published over them.

A kind is built once per digest and shared; its form, its names and the schemas of its papers are checked as it is
built, everything else by ``checks`` (``hoso check``, tests, publishing). A published version never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from workflow.definitions import strict_json
from workflow.definitions.checks import KindInvalid, MetaSchemas, loadable
from workflow.definitions.checks.finding import Finding, found
from workflow.definitions.checks.guards import schema_findings
from workflow.definitions.criteria import criteria_from_body, load_criteria
from workflow.definitions.schemas import PaperSchemas
from workflow.definitions.sealing import check_sealed, named_digests, seal
from workflow.domain.criteria import CriteriaSet
from workflow.domain.errors import Conflict, NotFound
from workflow.domain.kinds import DossierKind

__all__ = ["Catalogue", "check_sealed", "read_body", "seal", "shipped_kinds"]

Body = Mapping[str, Any]
Rows = Callable[[str], Iterable[Mapping[str, object]]]
"""What a province published, by the province's id: rows with what (kind, criteria), key, body, digest, approver, at."""


def _nothing_published(province_id: str) -> tuple[Mapping[str, object], ...]:
    del province_id
    return ()


class Catalogue:
    """Every version of every kind and criteria set, for the services. Fulfils ``services.ports.Catalogue``."""

    def __init__(self, root: Path, schemas: PaperSchemas, *, published: Rows = _nothing_published) -> None:
        """Read the shipped layer under ``root`` (``dossier_schemas``).

        Raises ``DefinitionInvalid`` with the faults of all files at once, ``Conflict`` when a version that was
        published has another content now.
        """
        self._schemas = schemas
        self._published = published
        self._meta = MetaSchemas.from_folder(root)
        self._by_digest: dict[str, DossierKind | CriteriaSet] = {}
        self._seen: dict[str, str] = {}
        self._pinned: dict[tuple[str, str], DossierKind | CriteriaSet] = {}  # (province, key); published never changes
        self._starts: dict[str, date] = {}
        self._criteria: dict[str, CriteriaSet] = load_criteria(root)
        self._kinds: dict[str, DossierKind] = self._ship(root)
        check_sealed(root, self.digests())

    def _ship(self, root: Path) -> dict[str, DossierKind]:
        kinds: dict[str, DossierKind] = {}
        faults: list[Finding] = []
        for folder, body in shipped_kinds(root):
            try:
                kind = self.check_kind(body)
            except KindInvalid as invalid:
                faults += [Finding(item.code, f"{folder}:{item.about}", item.facts) for item in invalid.findings]
                continue
            if folder != f"{kind.code}/v{kind.version}":
                faults.append(found("published_elsewhere", folder, folder=folder, key=kind.key))
            kinds[kind.key] = self._note(kind, body)
        if faults:
            raise KindInvalid(faults)
        return kinds

    def check_kind(self, body: Body) -> DossierKind:
        """The kind a body describes: its form and names are right, its papers have schemas.

        Raises ``KindInvalid`` with every finding. What else must hold of it is said by ``checks.check_kind``.
        """
        kind = loadable(body, self._meta)
        missing = schema_findings(kind, self._schemas)
        if missing:
            raise KindInvalid(missing, kind=kind.code, version=kind.version)
        return kind

    def digests(self) -> dict[str, str]:
        """Digest of every shipped kind and criteria set, under its name in ``published.json``."""
        kinds = {key: kind.digest for key, kind in self._kinds.items()}
        return named_digests(kinds, {key: one.digest for key, one in self._criteria.items()})

    # --- kinds

    def kinds(self) -> tuple[DossierKind, ...]:
        """The newest shipped version of every kind, in the order they declare, then by code."""
        newest: dict[str, DossierKind] = {}
        for kind in self._kinds.values():
            if kind.code not in newest or kind.version > newest[kind.code].version:
                newest[kind.code] = kind
        return tuple(sorted(newest.values(), key=lambda kind: (kind.order, kind.code)))

    def newest(self, kind: str, *, province_id: str, on: date) -> DossierKind:
        """The newest version of a kind that is in force in a province on a day; ``NotFound`` when there is none."""
        known = {item.key: item for item in self._kinds.values()} | self._published_kinds(province_id)
        in_force = [item for item in known.values() if item.code == kind and self._starts.get(item.digest, on) <= on]
        if not in_force:
            raise NotFound("kind_not_found", kind=kind)
        return max(in_force, key=lambda item: item.version)

    def version(self, kind: str, version: int, *, province_id: str = "") -> DossierKind:
        """A pinned version: shipped, published by the province, or (none named) by any; ``NotFound`` otherwise."""
        key = f"{kind}@{version}"
        known = self._kinds.get(key) or (self._published_kind(province_id, key) if province_id else None)
        if known is None and not province_id:
            built = self._by_digest.get(self._seen.get(f"kind:{key}", ""))
            known = built if isinstance(built, DossierKind) else None
        if known is None:
            raise NotFound("kind_not_found", kind=kind, version=version)
        return known

    # --- criteria sets

    def criteria(self, key: str, *, province_id: str) -> CriteriaSet:
        """A criteria set ``code@version``; ``NotFound`` when neither shipped nor published by the province."""
        known = self._criteria.get(key)
        if known is None:
            pinned = self._pinned.get((province_id, key))
            known = pinned if isinstance(pinned, CriteriaSet) else self._published_criteria(province_id).get(key)
        if known is None:
            raise NotFound("criteria_not_found", criteria=key)
        return known

    def newest_criteria(self, code: str, *, province_id: str) -> CriteriaSet:
        """The newest version of a criteria set in a province; ``NotFound`` when there is none."""
        known = {**self._criteria, **self._published_criteria(province_id)}
        versions = [item for item in known.values() if item.code == code]
        if not versions:
            raise NotFound("criteria_not_found", criteria=code)
        return max(versions, key=lambda item: item.version)

    def criteria_sets(self, province_id: str = "") -> dict[str, CriteriaSet]:
        """Every criteria set by key: shipped, and published by the province where one is named."""
        return {**self._criteria, **(self._published_criteria(province_id) if province_id else {})}

    # --- what provinces published

    def _published_kind(self, province_id: str, key: str) -> DossierKind | None:
        """A version the province published; the books are asked only until it was seen once."""
        pinned = self._pinned.get((province_id, key))
        return pinned if isinstance(pinned, DossierKind) else self._published_kinds(province_id).get(key)

    def _published_kinds(self, province_id: str) -> dict[str, DossierKind]:
        built = (self._built(row, self._build_kind) for row in self._rows(province_id, "kind"))
        kinds = {item.key: item for item in built if isinstance(item, DossierKind)}
        self._pinned.update({(province_id, key): item for key, item in kinds.items()})
        return kinds

    def _published_criteria(self, province_id: str) -> dict[str, CriteriaSet]:
        built = (self._built(row, criteria_from_body) for row in self._rows(province_id, "criteria"))
        sets = {item.key: item for item in built if isinstance(item, CriteriaSet)}
        self._pinned.update({(province_id, key): item for key, item in sets.items()})
        return sets

    def _rows(self, province_id: str, what: str) -> list[Mapping[str, object]]:
        return [row for row in self._published(province_id) if row["what"] == what]

    def _build_kind(self, body: object) -> DossierKind:
        checked = body if isinstance(body, Mapping) else {}
        return self._note(self.check_kind(checked), checked)

    def _built(
        self, row: Mapping[str, object], build: Callable[[object], DossierKind | CriteriaSet]
    ) -> DossierKind | CriteriaSet:
        """What a row holds, built once per digest. ``Conflict``: its key stands elsewhere with another content."""
        digest, key = str(row["digest"]), str(row["key"])
        if digest not in self._by_digest:
            built = build(row["body"])
            if built.digest != digest or built.key != key:
                raise Conflict("published_changed", versions=key)
            self._by_digest[digest] = built
        shipped: DossierKind | CriteriaSet | None = self._kinds.get(key) or self._criteria.get(key)
        first = self._seen.setdefault(f"{row['what']}:{key}", digest)
        if first != digest or (shipped is not None and shipped.digest != digest):
            raise Conflict("published_twice", versions=key)
        return self._by_digest[digest]

    def _note(self, kind: DossierKind, body: Body) -> DossierKind:
        """The kind, with the day it comes into force kept beside it where the body names one."""
        if "in_force_from" in body:
            self._starts[kind.digest] = date.fromisoformat(body["in_force_from"])
        return kind


def shipped_kinds(root: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every shipped ``kind.json`` as (``code/vN`` as its folder says, body). JsonRefused when one cannot be read."""
    return [(file.parent.relative_to(root / "kinds").as_posix(), read_body(file)) for file in shipped_files(root)]


def shipped_files(root: Path) -> list[Path]:
    """Every shipped ``kind.json``, in the order of folders."""
    return sorted((root / "kinds").glob("*/v*/kind.json"))


def read_body(file: Path) -> dict[str, Any]:
    """The JSON object in a definition file. Raises KindInvalid when it is none, JsonRefused when it is no JSON."""
    body = strict_json.read(file.read_bytes())
    if not isinstance(body, dict):
        raise KindInvalid((Finding("kind_unreadable", file.name, {"file": file.name}),))
    return body
