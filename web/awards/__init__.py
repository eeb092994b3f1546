"""Pages of awards: the form that is asked for, rounds, quotas, the explained list of proposals.

May import what every page may: ``web.context``, ``web.words``, queries and services through the house.
"""
