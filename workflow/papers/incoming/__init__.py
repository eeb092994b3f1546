"""Files that people send in: what each says of itself, read where a hostile one can do no harm.

Its modules::

    child       the process of its own that opens them
    reader      asking that process, with limits
    inspector   the same for files of the store
    scanner     the virus scanner, where one is set
"""
