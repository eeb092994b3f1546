"""What doors tell to programs: the same plain values, with the same English keys, from ``--json`` and from the API.

    values      instants, roles, mappings as JSON holds them
    dossiers    a dossier with its papers, steps and returns
    targets     the targets of a year

May import ``domain`` and ``queries``.
"""
