"""Use cases: one public method is one transaction. Imports ``domain`` only; stores come in as ``ports``.

Every command of every door (web, API, command line, batch, scheduler) ends here, and every move of a dossier goes
through ``domain.lifecycle``. Nothing here knows a database, a schema library or a web server.
"""
