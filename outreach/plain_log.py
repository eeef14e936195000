"""What Prefect's log says of a failure."""

import logging
from typing import Any

from outreach.errors import OutreachError


def explain_failures() -> None:
    """From here on a failure we can explain is logged as its sentence; what nobody foresaw keeps its traceback.

    A record factory, and laid at the start of every run: Prefect sets its loggers up anew and drops their filters.
    """
    make = logging.getLogRecordFactory()
    if getattr(make, "explains_failures", False):
        return

    def record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        made = make(*args, **kwargs)
        if made.exc_info and isinstance(made.exc_info[1], OutreachError):
            made.exc_info = None
        return made

    record.explains_failures = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(record)
