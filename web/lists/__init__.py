"""What the pages with lists are made of: plain values that the templates draw, made from what the queries answer.

``present`` is the instant by which dates are weighed; ``places`` knows where other pages are; ``rows`` puts a dossier
of a list into words; ``filters`` says and offers what a list is narrowed to; ``tasks`` gathers dossiers that one act
carries; ``agenda`` is what is coming; ``chasing`` what others still owe.
"""
