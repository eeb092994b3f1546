"""The ledger of results: lists, one recognition with its years, earlier results entered and confirmed, files."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.access import EVERY_ROLE, actor, only
from web.context import cycle, house, idempotency_key, new_key, today
from web.dossier.inert import inert, send_inert
from web.downloads import every, table_answer
from web.errors import sentence, status_of
from web.lists.places import act_url
from web.results.asked import EVERY, filters_asked, listing_url, narrowed, parameters
from web.results.decision import decision_files, scan_of
from web.results.entering import Typed, read_result, typed_from
from web.results.kinds import enterable, kind_labels, ledger_kind, subject_kinds, subject_words, upkeep_trigger
from web.results.rows import cells, heads, result_row, standing_mark, upkeep_mark
from web.uploads import keep_files
from web.words import say
from web.years.kinds import owed_of
from web.years.whom import name_of
from workflow.domain.actors import PROVINCE_ROLES, Role
from workflow.domain.errors import HosoError, InvalidDocument, NotFound
from workflow.domain.kinds import Meaning
from workflow.queries.communes import Commune, communes_of
from workflow.queries.ledger import LedgerItem, Standing, entries, entry, results_of, standing
from workflow.queries.ledger_filters import LedgerFilters
from workflow.queries.paging import LIMIT, MOST
from workflow.queries.tree import branch
from workflow.services.ledger import keeps_ledger

Answer = str | AnyResponse | tuple[str, int]

READERS = tuple(EVERY_ROLE - {Role.ADMIN})
KEEPERS = (Role.COMMUNE_POLICE, Role.PROVINCE_POLICE)

ledger = Blueprint("ledger", __name__, url_prefix="/so-dien-hinh")


@ledger.get("/")
@only(*READERS)
def listing() -> str:
    """Who holds a title, newest first, and what of this year's upkeep is not recorded yet."""
    filters, communes, year = filters_asked(), _communes(), cycle()
    page = entries(house().database, actor(), filters, after=request.args.get("after") or None, limit=LIMIT)
    rows = [result_row(item, year) for item in page.items]
    owed = [row.owed_id for row in rows if row.owed_id]
    trigger = upkeep_trigger(actor().role)
    waits = entries(house().database, actor(), LedgerFilters(confirmed=False), limit=MOST).items if _keeps() else ()
    return render_template(
        "ledger/listing.html",
        title=_title(),
        counts=_counts(),
        filters=filters,
        said=narrowed(filters, {one.id: one.name for one in communes}),
        rows=rows,
        after=listing_url(filters, after=page.after) if page.after else "",
        limit=LIMIT,
        year=year,
        main=filters.kind == ledger_kind().code,
        province=actor().role in PROVINCE_ROLES,
        kinds=[*kind_labels().items(), (EVERY, say("ledger.all"))],
        chosen=filters.kind or EVERY,
        communes=[(one.id, one.name) for one in communes],
        subjects=subject_kinds(),
        params=parameters(filters),
        record=act_url(trigger, owed) if owed and trigger else "",
        waits=len(waits),
        keeps=_keeps(),
        ended=not page.items and "after" in request.args,
    )


@ledger.get("/tai/<ending>")
@only(*READERS)
def download(ending: str) -> Response:
    """The whole list as it is narrowed, as CSV or XLSX; no cell of it computes."""
    filters = filters_asked()
    found = every(lambda after: entries(house().database, actor(), filters, after=after, limit=MOST))
    name = say("ledger.file", cycle=cycle())
    return table_answer(ending, say("ledger.book"), name, heads(cycle()), cells(found, cycle()))


@ledger.get("/<entry_id>")
@only(*READERS)
def one(entry_id: str) -> str:
    """One result on its own page: its decision, its years, the other results of the same unit."""
    item = entry(house().database, actor(), entry_id)
    others = [other for other in _of_unit(item.subject_id) if other.id != item.id]
    return render_template(
        "ledger/one.html",
        item=item,
        standing=standing_mark(item),
        files=decision_files(item),
        years=[(year, upkeep_mark(year)) for year in reversed(item.upkeep)],
        others=[(other, standing_mark(other)) for other in others],
        labels=kind_labels(),
        subject=subject_words(item.subject_kind),
        may_confirm=item.confirmed_at is None and _may_confirm(item, connected=_is_connected()),
        key=new_key(),
        said=say("ledger.entered", name=item.subject_name) if request.args.get("da") == "nhap" else "",
    )


@ledger.get("/<entry_id>/quyet-dinh")
@inert
@only(*READERS)
def decision(entry_id: str) -> AnyResponse:
    """The scan of the decision that an entered result came with, for whoever sees the result."""
    return send_inert(*scan_of(entry(house().database, actor(), entry_id)))


@ledger.route("/nhap", methods=["GET", "POST"])
@only(*KEEPERS)
def enter() -> Answer:
    """Enter one result that was decided outside hoso; it counts once a second person confirmed it."""
    if request.method == "GET":
        whom = request.args.get("don-vi", "")
        return _form(Typed(whom=whom, name=name_of(whom), cycle=str(cycle() - 1)))
    typed = typed_from(request.form)
    try:
        kept = keep_files(request.files.getlist("quyet-dinh"))
        if len(kept) > 1:
            typed = typed.failed("quyet-dinh", say("ledger.enter.one_file"))
        typed = replace(typed, paper=kept[0].digest) if len(kept) == 1 else typed
    except InvalidDocument as error:
        typed = typed.failed("quyet-dinh", sentence(error))
    typed = read_result(typed)
    if typed.read is None or typed.errors:
        return _form(typed), 422
    try:
        made = house().ledger.enter(actor(), [typed.read], key=idempotency_key())
    except HosoError as error:
        return _form(typed.failed("noi", sentence(error))), status_of(error)
    return redirect(url_for("ledger.one", entry_id=made[0], da="nhap"))


@ledger.route("/cho-xac-nhan", methods=["GET", "POST"])
@only(*KEEPERS)
def confirm() -> Answer:
    """Earlier results that wait for a second person: compared with the decision, then confirmed together."""
    if request.method == "GET":
        count = request.args.get("da", "")
        return _waiting(said=say("ledger.confirmed_now", count=count) if count.isdigit() else "")
    chosen = request.form.getlist("ket-qua")
    if not chosen:
        return _waiting(problem=say("ledger.none_chosen")), 422
    try:
        confirmed = house().ledger.confirm(actor(), chosen, key=idempotency_key())
    except HosoError as error:
        return _waiting(problem=sentence(error), chosen=frozenset(chosen)), status_of(error)
    return redirect(url_for("ledger.confirm", da=confirmed))


# --- what the pages share


def _title() -> str:
    counts = _counts()
    label = say("ledger.book")
    if counts.owed:
        return say("ledger.title_owed", label=label, standing=counts.standing, owed=counts.owed, cycle=cycle())
    return say("ledger.title", label=label, standing=counts.standing)


def _counts() -> Standing:
    kind, owed = ledger_kind(), owed_of(ledger_kind())
    states = owed.states_meaning(Meaning.OPEN) if owed is not None else frozenset[str]()
    return standing(
        house().database,
        actor(),
        kind=kind.code,
        owed_kind=owed.code if owed is not None else "",
        owed_states=states,
        cycle=cycle(),
    )


def _communes() -> tuple[Commune, ...]:
    if actor().role not in PROVINCE_ROLES:
        return ()
    with house().database.read() as connection:
        return communes_of(connection, actor().province_id, on=today())


def _of_unit(subject_id: str) -> list[LedgerItem]:
    """Every result of a unit, those under records that ended with it as their successor included; newest first."""
    try:
        here = branch(house().database, actor(), subject_id, on=today())
    except NotFound:
        linked: list[str] = []
    else:
        successor = [here.successor.id] if here.successor is not None else []
        linked = [*(one.id for one in here.predecessors), *successor]
    found = [item for one in (subject_id, *linked) for item in results_of(house().database, actor(), one)]
    return sorted(found, key=lambda item: (-item.cycle, item.kind, item.id))


def _keeps() -> bool:
    return actor().role in KEEPERS


def _is_connected() -> bool:
    with house().engine.reading() as stores:
        return stores.books.settings(actor().province_id).connected


def _may_confirm(item: LedgerItem, *, connected: bool) -> bool:
    own = item.entered_by == actor().person_id
    return not own and keeps_ledger(actor().role, by_province=item.by_province, connected=connected)


def _form(typed: Typed) -> str:
    results = [(code, words) for code, (_, _, _, words) in enterable().items()]
    return render_template("ledger/enter.html", typed=typed, results=results, key=new_key())


def _waiting(*, problem: str = "", said: str = "", chosen: frozenset[str] = frozenset()) -> str:
    found = entries(house().database, actor(), LedgerFilters(confirmed=False), limit=MOST).items
    connected = _is_connected()
    items = [(item, _may_confirm(item, connected=connected), item.entered_by == actor().person_id) for item in found]
    return render_template(
        "ledger/confirm.html",
        mine=[item for item, may, own in items if own],
        open=[item for item, may, own in items if may],
        elsewhere=[item for item, may, own in items if not may and not own],
        labels=kind_labels(),
        problem=problem,
        said=said,
        chosen=chosen,
        key=new_key(),
    )
