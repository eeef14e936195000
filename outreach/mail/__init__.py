"""Getting messages out: one frozen batch in, one result out. Nothing here sees the database."""

from outreach.mail.outbox import Outbox
from outreach.mail.sendgrid import SendGrid
from outreach.mail.smtp import Smtp
from outreach.outgoing import Transport
from outreach.settings import Settings


def transport_from(settings: Settings) -> Transport:
    """The transport the office has chosen. Raises PermanentFailure when something it needs is missing."""
    if settings.transport == "smtp":
        return Smtp(settings.smtp_url.get_secret_value())
    if settings.transport == "sendgrid":
        return SendGrid(settings.sendgrid_api_key.get_secret_value(), settings.sendgrid_host, settings.sendgrid_region)
    return Outbox(settings.outbox)
