"""``published.json``: the digest of every shipped version of a kind (``code@1``) and set (``criteria/code@1``).

A published version never changes. Until the first tagged release the list is written anew (``hoso check --seal``);
from then on (``frozen``) a version whose content differs from its digest is refused, and new versions are added.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from workflow.definitions import strict_json
from workflow.definitions.checks.finding import Finding, found
from workflow.domain.errors import Conflict, DefinitionInvalid

FILE = "published.json"


def named_digests(kinds: Mapping[str, str], criteria: Mapping[str, str]) -> dict[str, str]:
    """The digests of kinds and of criteria sets (each by ``code@version``) under the names of ``published.json``."""
    return dict(sorted({**kinds, **{f"criteria/{key}": digest for key, digest in criteria.items()}}.items()))


def sealed(root: Path) -> tuple[dict[str, str], bool]:
    """The digests in ``published.json`` and whether they are frozen; none when the file is not there.

    Raises ``DefinitionInvalid`` when it has another form.
    """
    file = root / FILE
    if not file.exists():
        return {}, False
    body = strict_json.read(file.read_bytes())
    versions = body.get("versions") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(versions, dict) or set(body) - {"frozen", "versions"}:
        raise DefinitionInvalid((f"{FILE} is not of its form",))
    return {str(key): str(digest) for key, digest in versions.items()}, body.get("frozen") is True


def seal_findings(root: Path, digests: Mapping[str, str]) -> tuple[Finding, ...]:
    """Every version whose content is not the one that was sealed, that is gone, or that was never sealed."""
    listed, _ = sealed(root)
    changed = sorted(key for key in listed if key in digests and digests[key] != listed[key])
    gone = sorted(listed.keys() - digests.keys())
    unsealed = sorted(digests.keys() - listed.keys())
    return (
        *(found("published_differs", key, key=key) for key in changed),
        *(found("published_gone", key, key=key) for key in gone),
        *(found("published_unsealed", key, key=key) for key in unsealed),
    )


def check_sealed(root: Path, digests: Mapping[str, str]) -> None:
    """Raises ``Conflict`` when a frozen version has another content now, or is gone."""
    listed, frozen = sealed(root)
    changed = sorted(key for key, digest in listed.items() if digests.get(key) != digest)
    if frozen and changed:
        raise Conflict("published_changed", versions=", ".join(changed))


def seal(root: Path, digests: Mapping[str, str], *, frozen: bool = False) -> None:
    """Write ``published.json`` for these versions. ``frozen``: from now on they may not change.

    Raises ``Conflict`` when versions frozen before would be changed, dropped or thawed by it.
    """
    check_sealed(root, digests)
    frozen = frozen or sealed(root)[1]
    body = {"frozen": frozen, "versions": dict(sorted(digests.items()))}
    (root / FILE).write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
