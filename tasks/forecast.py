"""The forecast of the coming quarter, worked out and kept for the calendar."""

from prefect import task

from outreach.forecasting import making


@task
def make_forecast() -> int:
    """Work out whom all duties will write to and keep the figures. Returns how many campaigns are in it."""
    return making.make()
