"""Sample data told as stories: scripts under ``fixtures/`` played through the real services on a practice file.

Nothing is written beside the services: a story is refused exactly where an officer would be.
"""
