"""Guards: named conditions of a move. Each answers with refusals; together they answer with *all* of them.

The button, the explanation and the lock are one rule: ``lifecycle.available`` and ``lifecycle.perform`` both ask
``weigh`` and nothing else. Files: ``attempt`` (what is asked, and the answer), ``people`` (who may), ``time``
(in time, on hold), ``papers`` (complete), ``history`` (results, other dossiers), ``meeting`` (minutes, results),
``scope`` (whom the kind is about, who decides), ``classes`` (criteria met, classes), ``units`` (a commune's units),
``awards`` (conditions, quotas, no second reward).
"""

from workflow.domain.guards.attempt import Attempt, Books, LedgerFact, Supplied, Weighed
from workflow.domain.guards.weigh import NAMED_GUARDS, weigh
from workflow.domain.refusal import Refusal

__all__ = ["NAMED_GUARDS", "Attempt", "Books", "LedgerFact", "Refusal", "Supplied", "Weighed", "weigh"]
