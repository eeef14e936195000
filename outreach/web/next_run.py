"""The run that carries out what was just decided on a page."""

import logging
from collections.abc import Callable
from typing import TypeVar

from outreach.errors import OutreachError

log = logging.getLogger(__name__)

Decided = TypeVar("Decided")


def start(begin: Callable[[Decided], str], decided: Decided) -> bool:
    """Start it with `begin`. False when Prefect cannot be asked now: the decision stands, and the next scheduled run
    carries it out."""
    try:
        begin(decided)
    except OutreachError as error:
        log.warning("%s is decided, but its run was not started: %s", decided, error)
        return False
    return True
