"""Where everything is kept: tables, stores, the unit of work, files, migrations, verification, backup.

    tables/          the one description of the schema, as SQLModel classes; open to ``queries`` as well
    statements.py    SQLAlchemy Core statements, compiled once per database make, run on the driver's connection
    database.py      SQLite and PostgreSQL behind one door: settings, pool, writers' gate
    unit_of_work.py  one transaction over all stores; the only commit
    codec.py         aggregates, events and small values to JSON and back
    verification.py  the proof that the journal is whole and tells what is stored

Imports ``domain`` only. Nobody else sees a row (``queries`` excepted); no ORM session is used anywhere.
"""
