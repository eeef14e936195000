"""What a report means for the ledger. Pure: a report and the address we have in, an event out."""

import re
from datetime import datetime, timedelta
from hashlib import sha256

import orjson

from outreach.bounces.reading import Report
from outreach.provider_events import CLOCKS_DIFFER, COMPLAINT, HARD_BOUNCE, SOFT_BOUNCE, Event, hash_of

# RFC 3463: the mailbox or its domain is not there. All else speaks of a full box, of our text or of us.
DEAD = re.compile(r"5\.(?:0\.0|1\.(?:0|1|2|3|4|6|10)|2\.1|4\.4)")
OLDEST_TRUE_TIME = timedelta(days=30)  # no server tries that long: a time before that is a wrong clock or a lie

KIND = {
    "delayed": "deferred",
    "delivered": "delivered",
    "relayed": "processed",  # passed on to where no more reports come from
    "expanded": "processed",
    "abuse": COMPLAINT,
    "fraud": COMPLAINT,
    "opt-out": "unsubscribe",
}
OF_A_PERSON = {COMPLAINT, "unsubscribe"}


def event(report: Report, holder: str | None, now: datetime) -> Event:
    """The event of a report. `holder`: the hash of the address its recipient has now, None when erased.

    The same report gives the same event id, however often and by whatever way it is read.
    """
    kind = KIND.get(report.action) or (HARD_BOUNCE if DEAD.fullmatch(report.status) else SOFT_BOUNCE)
    told_at = report.at if report.at and now - OLDEST_TRUE_TIME <= report.at <= now + CLOCKS_DIFFER else now
    return Event(
        _event_id(report),
        kind,
        told_at,
        report.token,
        None,
        _address_hash(report, kind, holder),
        kind if kind in {HARD_BOUNCE, SOFT_BOUNCE} else None,
        orjson.dumps(
            {
                "action": report.action,
                "status": report.status,
                "addresses": report.addresses,
                "diagnostic": report.diagnostic,
            }
        ).decode(),
    )


def _address_hash(report: Report, kind: str, holder: str | None) -> str | None:
    """The address that is suppressed or counted: never another than our recipient's own.

    A bounce must name it, since it may have been corrected after the message left. A complaint is the person's,
    whatever their address is by now, and many providers black it out.
    """
    if kind in OF_A_PERSON:
        return holder
    return holder if holder in {hash_of(address) for address in report.addresses} else None


def _event_id(report: Report) -> str:
    whole = [report.mail, report.token, report.action, report.status, *report.addresses]
    return f"mail:{sha256(orjson.dumps(whole)).hexdigest()}"
