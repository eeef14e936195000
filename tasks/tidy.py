"""Tidying: what interrupted runs left, campaigns whose time is over, and what nothing needs or may show any more."""

from datetime import timedelta

from prefect import task
from prefect.artifacts import create_markdown_artifact

from outreach import clock, delivery, drop_folders, retention
from outreach.database import session_scope
from outreach.linkedin import exporting
from outreach.queries import campaigns, faults, forgotten_stories, previews, signing_in
from outreach.stories import images

KEPT_FOR_A_FORM = timedelta(days=1)  # whoever stopped at a mistake has so long to send the form again


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


@task
def delete_forgotten_pictures() -> int:
    """Pictures that no story shows go after a day: they came with a form that was left. Returns how many."""
    with session_scope(reading=True) as session:
        used = forgotten_stories.pictures_in_use(session)
    forgotten = images.forgotten(used, clock.now() - KEPT_FOR_A_FORM)
    images.remove(forgotten)
    return len(forgotten)


@task
def carry_out_retention() -> dict[str, int]:
    """Whoever and whatever has been kept for its time goes, written to a file first. What -> how many."""
    return retention.carry_out()


@task
def forget_what_is_over() -> None:
    """Sessions, links to sign in, previews and reports of faults go some time after they are over."""
    with session_scope() as session:
        now = clock.now()
        signing_in.forget_old(session, now)
        previews.forget_old(session, now)
        faults.forget_old(session, now)


@task
def take_out_of_linkedin() -> int:
    """Posts whose story may not be shown any more leave the export files within the hour. Returns how many.

    What has been posted somebody must delete on LinkedIn: an artifact says which.
    """
    gone = exporting.take_out_forbidden()
    if gone:
        create_markdown_artifact(
            exporting.taken_out(gone), key="linkedin-taken-out", description="Ta bort på LinkedIn / delete on LinkedIn"
        )
    return len(gone)
