"""Results of surveys: published once, protected, and shown as pages, reports, workbooks, plots and open data."""

from outreach.results.published import Results
from outreach.results.publishing import publish_due

__all__ = ["Results", "publish_due"]
