"""The rules, pure: no clock, no file, no database; time, calendar, kind and register facts are arguments.

Standard library only (and transitions, in machine.py alone). Nothing of ours outside this package is imported.
"""
