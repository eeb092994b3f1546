"""What the pages of the ledger and of the yearly report are made of: plain values that their templates draw.

``kinds`` knows what stands in a ledger and its words; ``rows`` puts entries into words; ``asked`` reads what a list is
narrowed to; ``entering`` reads the form of an earlier result; ``figures`` puts a report into words.
"""
