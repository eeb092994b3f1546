"""How a command ends, as ``docs/command-line.md`` says."""

DONE, UNEXPECTED, USAGE, REFUSED, NOT_FOUND, STALE, INVALID = range(7)
"""0 done, 1 unexpected or a store that cannot answer, 2 wrong usage, 3 refused with reasons, 4 not found or not yours,
5 stale, 6 invalid document."""

INTERRUPTED = 130
"""After Ctrl-C, as shells have it."""
