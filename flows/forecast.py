"""Work out the coming quarter for the calendar. Nothing is sent."""

from typing import Any

from prefect import flow
from prefect.states import Completed

from outreach.prefect_api import guard_reruns
from tasks.forecast import make_forecast


@flow(name="forecast")
def forecast() -> Any:
    """Work out whom every duty will write to in the coming thirteen weeks. Never writes to anybody."""
    guard_reruns()
    campaigns = make_forecast()
    return Completed(message=f"The coming quarter holds {campaigns} campaigns. Nothing was sent.")
