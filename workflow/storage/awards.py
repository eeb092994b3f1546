"""Rounds of awards, quotas, and the proposals that count against them."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from workflow.domain.awards import AwardRound, Candidate, Quota
from workflow.domain.errors import Conflict, NotFound
from workflow.storage import codec
from workflow.storage.faults import refusing_duplicates
from workflow.storage.statements import Statement, Tuple, upsert
from workflow.storage.tables import AWARD_ROUND, DOSSIER, ORGANISATION, QUOTA
from workflow.storage.transaction import Store

_R, _Q, _D, _O = AWARD_ROUND.c, QUOTA.c, DOSSIER.c, ORGANISATION.c
_ROUND = select(_R.id, _R.province_id, _R.form, _R.cycle, _R.organisation_id, _R.opened_at, _R.special, _R.closed_at)
_GET = Statement(_ROUND.where(_R.id == bindparam("round")))
_YEARLY = Statement(
    _ROUND.where(_R.province_id == bindparam("province"), _R.special == 0).order_by(
        _R.cycle, _R.form, _R.organisation_id
    )
)
_OF = Statement(
    _ROUND.where(
        _R.province_id == bindparam("province"),
        _R.form == bindparam("form"),
        _R.cycle == bindparam("cycle"),
        _R.organisation_id == bindparam("organisation"),
        _R.special == 0,
    )
)
_PUT = upsert(AWARD_ROUND)
_QUOTAS = Statement(
    select(_Q.province_id, _Q.form, _Q.cycle, _Q.organisation_id, _Q.number)
    .where(_Q.province_id == bindparam("province"), _Q.form == bindparam("form"), _Q.cycle == bindparam("cycle"))
    .order_by(_Q.organisation_id)
)
_PUT_QUOTA = upsert(QUOTA)
_CANDIDATES = Statement(
    select(_D.id, _D.number, _D.kind, _D.state, _D.subject_id, _O.parent_id, _D.commune_id, _R.special)
    .select_from(AWARD_ROUND.join(DOSSIER, _D.origin_id == _R.id).join(ORGANISATION, _O.id == _D.subject_id))
    .where(
        _R.province_id == bindparam("province"),
        _R.form == bindparam("form"),
        _R.cycle == bindparam("cycle"),
    )
    .order_by(_D.number)
)


class AwardStore(Store):
    """See ``services.ports.AwardStore``."""

    __slots__ = ()

    def round(self, round_id: str) -> AwardRound:
        """The round, or ``NotFound``."""
        row = self._tx.one(_GET, round=round_id)
        if row is None:
            raise NotFound("award_round_not_found")
        return round_of(row)

    def round_of(self, *, province_id: str, form: str, cycle: int, organisation_id: str) -> AwardRound | None:
        """The year's end round of a form in a year, or None when it was never opened."""
        row = self._tx.one(_OF, province=province_id, form=form, cycle=cycle, organisation=organisation_id)
        return None if row is None else round_of(row)

    def rounds(self, province_id: str) -> list[AwardRound]:
        """Every year's end round of the province, by year, form and organisation."""
        return [round_of(row) for row in self._tx.all(_YEARLY, province=province_id)]

    def put_round(self, award_round: AwardRound) -> None:
        """Open or close a round; Conflict ``award_round_exists`` when the year has one of that form already."""
        with refusing_duplicates(Conflict("award_round_exists", cycle=award_round.cycle)):
            self._tx.run(
                _PUT,
                id=award_round.id,
                province_id=award_round.province_id,
                form=award_round.form,
                cycle=award_round.cycle,
                organisation_id=award_round.organisation_id,
                special=int(award_round.special),
                opened_at=codec.micros(award_round.opened_at),
                closed_at=codec.micros_or_none(award_round.closed_at),
            )

    def quotas(self, *, province_id: str, form: str, cycle: int) -> tuple[Quota, ...]:
        """The quotas of a form in a year, by organisation."""
        return tuple(Quota(*row) for row in self._tx.all(_QUOTAS, province=province_id, form=form, cycle=cycle))

    def put_quota(self, quota: Quota) -> None:
        """Set one quota."""
        self._tx.run(
            _PUT_QUOTA,
            province_id=quota.province_id,
            form=quota.form,
            cycle=quota.cycle,
            organisation_id=quota.organisation_id,
            number=quota.number,
        )

    def candidates(self, *, province_id: str, form: str, cycle: int) -> tuple[Candidate, ...]:
        """Every proposal of a form in a year, unexpected ones too, whatever has become of it, by number."""
        rows = self._tx.all(_CANDIDATES, province=province_id, form=form, cycle=cycle)
        return tuple(_candidate(row) for row in rows)


def _candidate(row: Tuple) -> Candidate:
    dossier, number, kind, state, subject, parent, commune, special = row
    return Candidate(dossier, number, kind, state, subject, parent, commune, bool(special))


def round_of(row: Tuple) -> AwardRound:
    """The round that a row in the order of its columns is."""
    round_id, province, form, cycle, organisation, opened_at, special, closed_at = row
    return AwardRound(
        id=round_id,
        province_id=province,
        form=form,
        cycle=cycle,
        organisation_id=organisation,
        opened_at=codec.instant(opened_at),
        special=bool(special),
        closed_at=codec.instant_or_none(closed_at),
    )
