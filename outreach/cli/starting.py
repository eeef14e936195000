"""What a command says when its decision is to start a run."""

from collections.abc import Callable

from outreach import prefect_api
from outreach.errors import OutreachError


def say_what_started(start: Callable[[], str], stands: str) -> None:
    """Start a run (`start` gives its id) and print where to look; or print why there is none, and that all is well.

    `stands`: the sentence that says what holds although nothing was started.
    """
    if not prefect_api.is_up():
        print(f"Prefect is not running, so nothing was started. {stands}")
        return
    try:
        print(f"Sending has been started: {prefect_api.flow_run_url(start())}")
    except OutreachError as error:
        print(f"{error} {stands}")
