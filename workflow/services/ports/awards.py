"""What awards need beside the books: rounds, quotas, the proposals that count against them."""

from __future__ import annotations

from typing import Protocol

from workflow.domain.awards import AwardRound, Candidate, Quota


class AwardStore(Protocol):
    """Rounds of awards and quotas."""

    def round(self, round_id: str) -> AwardRound:
        """The round, or ``NotFound``."""

    def round_of(self, *, province_id: str, form: str, cycle: int, organisation_id: str) -> AwardRound | None:
        """The year's end round of a form in a year, or None when it was never opened."""

    def rounds(self, province_id: str) -> list[AwardRound]:
        """Every year's end round of the province."""

    def put_round(self, award_round: AwardRound) -> None:
        """Open or close a round; ``Conflict`` when the year has one of that form already."""

    def quotas(self, *, province_id: str, form: str, cycle: int) -> tuple[Quota, ...]:
        """The quotas of a form in a year, by organisation."""

    def put_quota(self, quota: Quota) -> None:
        """Set one quota."""

    def candidates(self, *, province_id: str, form: str, cycle: int) -> tuple[Candidate, ...]:
        """Every proposal of a form in a year, unexpected ones too, whatever has become of it."""
