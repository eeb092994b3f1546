"""The workflow engine: complete without a web server.

    domain        the rules; standard library only (and transitions, in machine.py); no clock, file or database
    definitions   dossier_schemas/ read into domain objects; the only home of jsonschema
    services      use cases: one public method is one transaction
    storage       SQLModel tables, repositories, migrations, the unit of work
    queries       the read side: frozen read models, each scoped by the actor
    papers        official papers, sheets and calendars, as bytes

The parts meet in bootstrap.py alone. Nothing here imports `web` or flask.
"""
