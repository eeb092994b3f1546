"""What another installation wrote, put in beside one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from workflow.domain.dossier import Dossier
from workflow.domain.events import Event
from workflow.domain.packages import PackedAct, PackedPaper, PackedText, StreamRow


class Grafts(Protocol):
    """Rows, papers, texts and acts exactly as they were written elsewhere."""

    def hashes(self, dossier_id: str) -> list[str]:
        """The hashes of the dossier's stream, oldest first; none when there is no such dossier here."""

    def read_stream(self, dossier_id: str, rows: Sequence[StreamRow]) -> list[Event]:
        """The events of a stream that is whole from its beginning; ``InvalidInput`` ``package_damaged``."""

    def append(self, dossier: Dossier, rows: Sequence[StreamRow]) -> None:
        """Append the newest rows of a stream; they are written together with the dossier."""

    def add_papers(self, dossier_id: str, papers: Sequence[PackedPaper]) -> None:
        """Keep the papers that are not here yet."""

    def add_texts(self, dossier_id: str, texts: Sequence[PackedText]) -> None:
        """Keep the texts that are not here yet."""

    def add_act(self, act: PackedAct) -> None:
        """Keep an act, or its item for one more dossier."""

    def add_person(self, person_id: str, office: str) -> None:
        """Somebody who acted elsewhere, shown by office."""
