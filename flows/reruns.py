"""A guard for every flow: a run that keeps crashing is not brought back for ever."""

from outreach.prefect_api import guard_reruns

__all__ = ["guard_reruns"]
