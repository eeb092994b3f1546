"""Sample data told as stories: scripts under ``fixtures/`` played through the real services on a practice file.

``script`` reads a script, ``papers`` fills its documents, ``stage`` knows its names, ``steps`` says what each verb
does, ``player`` plays it, ``told`` is what happened (the command line says it in words), ``demo`` makes the sample
province.

Nothing is written beside the services: a story is refused exactly where an officer would be.
"""
