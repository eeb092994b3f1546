"""Work without a page: what goes out, and what runs by the clock.

    runner      the port: jobs by name, run once for a key, or by a schedule; ``Inline`` runs them on the spot
    durable     the same over DBOS, in a database of its own: work that was begun is finished after a restart
    regular     the jobs that hoso has, and when they run
    smtp        hands a message to a mail server

Every job may run twice or be cut off anywhere: the services behind it are idempotent, so the runner's promise (each
tick once among all workers) saves work and is not what correctness stands on.

May import ``services`` and ``domain``, and wording, clock and settings. ``bootstrap`` joins it to the rest.
"""
