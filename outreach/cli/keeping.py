"""`outreach retention`: what has been kept for its time."""

from outreach import retention
from outreach.retention import archive
from outreach.settings import settings

WORDS = {
    "never_joined_years": "people who never joined, {} years after their studies",
    "left_years": "people who left the network {} years ago",
    "event_answer_days": "answers to events that ended {} days ago",
    "audit_days": "lines of the audit trail older than {} days",
}


def show() -> None:
    """How many would go by each rule."""
    for rule, count in retention.preview().items():
        print(f"{count:>9}  {WORDS[rule].format(getattr(settings().retention, rule))}")
    print("Nothing was deleted.")


def carry_out() -> None:
    """Delete what is due, until nothing is."""
    total = dict.fromkeys(("people", "event_answers", "audit", "archives"), 0)
    while any((gone := retention.carry_out()).values()):
        total = {what: count + gone[what] for what, count in total.items()}
    print(
        f"Deleted: {', '.join(f'{count} {what}' for what, count in total.items())}. First written to {archive.folder()}"
    )
