"""Work without a page: what goes out, and what runs by the clock.

    smtp        hands a message to a mail server

May import ``services`` and ``domain``, and wording, clock and settings. ``bootstrap`` joins it to the rest.
"""
