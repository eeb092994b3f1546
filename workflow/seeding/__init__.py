"""Sample data told as stories: scripts under ``fixtures/`` played through the real services on a practice file.

``script`` reads a script, ``papers`` fills its documents, ``steps`` says what each verb of a script does, ``player``
plays it, ``told`` is what happened, ``story`` says it in words and as data, ``demo`` makes the sample province.

Nothing is written beside the services: a story is refused exactly where an officer would be.
"""
