"""What the services need from the outside, as protocols; ``bootstrap`` joins them to their makers.

All instants are aware datetimes. All ids are opaque strings. Stores obtained from one ``UnitOfWork`` share its
transaction; nothing is written before ``commit``.
"""

from __future__ import annotations

from workflow.services.ports.awards import AwardStore
from workflow.services.ports.books import Books, LedgerStore, OrganisationStore, Reports
from workflow.services.ports.dossiers import DossierStore, Journal, PaperStore, TextStore
from workflow.services.ports.outside import CalendarSource, Catalogue, FileStore, Inspector, Papers
from workflow.services.ports.people import Accounts, People
from workflow.services.ports.records import Acts, Keys, Notes, Numbers, Outbox, Requests, Rolls
from workflow.services.ports.telling import Inbox, Letters, PostOffice
from workflow.services.ports.work import UnitOfWork, UnitOfWorkFactory

__all__ = [
    "Accounts",
    "Acts",
    "AwardStore",
    "Books",
    "CalendarSource",
    "Catalogue",
    "DossierStore",
    "FileStore",
    "Inbox",
    "Inspector",
    "Journal",
    "Keys",
    "LedgerStore",
    "Letters",
    "Notes",
    "Numbers",
    "OrganisationStore",
    "Outbox",
    "PaperStore",
    "Papers",
    "People",
    "PostOffice",
    "Reports",
    "Requests",
    "Rolls",
    "TextStore",
    "UnitOfWork",
    "UnitOfWorkFactory",
]
