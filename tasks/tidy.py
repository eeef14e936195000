"""Tidying: what interrupted runs left, campaigns whose time is over, and register files that were read long ago."""

from prefect import task

from outreach import clock, delivery, drop_folders
from outreach.database import session_scope
from outreach.queries import campaigns


@task
def settle_lost_batches() -> int:
    """Batches whose worker is gone become `unknown`; they are never sent again by themselves. Returns how many."""
    return delivery.give_up_on_the_dead()


@task
def close_expired_campaigns() -> int:
    """Campaigns past their time are closed; whoever still waited stands as `campaign_expired`. Returns how many."""
    with session_scope() as session:
        campaigns.cancel_left_over(session, clock.now())
        return campaigns.expire(session, clock.now())


@task
def delete_old_register_files() -> int:
    """Register files and lists of rejected rows go some weeks after they were put away. Returns how many."""
    return drop_folders.delete_old()
