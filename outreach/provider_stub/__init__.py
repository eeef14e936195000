"""A stand-in for SendGrid, for development and tests: as strict as the real one, and it fails on request.

It accepts `POST /v3/mail/send`, keeps a record of who got what, and posts signed events back. It knows nothing of the
rest of the program: what it accepts is written from the provider's documentation, never from what the sender does.
"""

from outreach.provider_stub.faults import Faults
from outreach.provider_stub.server import serving
from outreach.provider_stub.stub import Stub

__all__ = ["Faults", "Stub", "serving"]
