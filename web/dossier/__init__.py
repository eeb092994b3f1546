"""What the pages of one dossier are made of: plain values that the templates draw, made from one look at it.

``sight`` holds the look and the names of everybody concerned; ``stages``, ``turns``, ``choices``, ``filings``,
``story`` and ``receipts`` each make one part of a page; ``paper_forms``, ``drafts``, ``uploads`` and ``signed`` read
and draw what is typed. Nothing here is stored and nothing is decided: the engine has the rules, templates the look.
"""
