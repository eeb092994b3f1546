"""Processes of one's own for a proof: each begins clean, with the modules read in, as a server's workers do."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.context import ForkServerContext, SpawnContext

Plant = Callable[[], None]
"""Plants a fault in the process that calls it; a function of a module, so that it can be sent there."""


def clean_context() -> ForkServerContext | SpawnContext:
    """How processes begin: forked from one that only read the modules in, where the system can; else from nothing.

    Not forked from the caller: threads of libraries (the file store's among them) do not live on in a fork.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.proofs.town"])
    return context
