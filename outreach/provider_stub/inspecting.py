"""What may be asked of the stand-in and told to it, as JSON under /stub.

GET  /stub                      what to set, and what it has been told
GET  /stub/counts               requests, people, and who stands twice in the record
GET  /stub/received?token=T     token -> message ids; everybody's without a token
GET  /stub/mails?token=T        the last mails, filled in; also ?address=A
POST /stub/reset                forget what was accepted
POST /stub/faults               {"faults": "429=0.1,hang@3", "seed": 7}
POST /stub/events               {"events": "delay=0,duplicate=0.1"}
"""

from typing import Any
from urllib.parse import parse_qs

import orjson

from outreach.errors import PermanentFailure
from outreach.provider_stub import events, faults
from outreach.provider_stub.stub import Stub

MOST_SHOWN = 100

Reply = tuple[int, dict[str, Any]]
NOT_FOUND: Reply = (404, {"error": "There is nothing here."})


def look(stub: Stub, path: str, query: str) -> Reply:
    """Answers a GET: status and JSON."""
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    if path == "/stub":
        return 200, about(stub)
    if path == "/stub/counts":
        return 200, counts(stub)
    if path == "/stub/received":
        received = stub.record.received()
        token = asked.get("token")
        return 200, {"received": received if token is None else {token: received.get(token, [])}}
    if path == "/stub/mails":
        return 200, {"mails": stub.mails(asked.get("token", ""), asked.get("address", ""))}
    return NOT_FOUND


def change(stub: Stub, path: str, raw: bytes) -> Reply:
    """Answers a POST: status and JSON."""
    try:
        told = orjson.loads(raw or b"{}")
        if path == "/stub/reset":
            stub.reset()
        elif path == "/stub/faults":
            stub.fail(faults.parse(told["faults"], int(told.get("seed", stub.faults.seed))))
        elif path == "/stub/events" and stub.poster is not None:
            stub.poster.plan = events.parse(told["events"], stub.poster.plan.seed)
        else:
            return NOT_FOUND
    except (PermanentFailure, orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        return 400, {"error": str(error)}
    return 200, counts(stub)


def about(stub: Stub) -> dict[str, Any]:
    """What a sender has to set."""
    return {
        "url": stub.url,
        "key": stub.key,
        "webhook_key": events.public(stub.poster.key) if stub.poster else None,
        "record": str(stub.record.path),
        "seed": stub.faults.seed,
        "faults": {
            **stub.faults.requests,
            **stub.faults.addresses,
            "at": {str(n): fault for n, fault in stub.faults.at.items()},
        },
    }


def counts(stub: Stub) -> dict[str, Any]:
    """How much was accepted, from the record itself. `twice` names some of those who got more than one mail."""
    received = stub.record.received()
    twice = sorted(token for token, message_ids in received.items() if len(message_ids) > 1)
    return {
        "requests": stub.requests,
        "outcomes": stub.outcomes,
        "accepted_requests": stub.record.requests,
        "people": stub.record.people,
        "tokens": len(received),
        "twice_count": len(twice),
        "twice": twice[:MOST_SHOWN],
        "events": stub.poster.status() if stub.poster else None,
    }
