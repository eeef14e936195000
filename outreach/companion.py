"""`python -m outreach.companion CAMPAIGN WAVE ...`: send beside another process, see `outreach.companions`."""

import os
import sys
import threading
from collections.abc import Sequence

import orjson

from outreach import delivery
from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.mail import transport_from
from outreach.settings import settings


def main(campaign_id: int, waves: Sequence[int]) -> int:
    """Send what is planned and approved in these waves, until nothing is left or standard input ends."""
    stop = threading.Event()
    threading.Thread(target=_until_input_ends, args=(stop,), daemon=True).start()
    try:
        posted = delivery.join(campaign_id, waves, transport_from(settings()), stop, lambda people: _say(people=people))
    except (TemporaryFailure, PermanentFailure) as failure:
        _say(failure=_kind(failure), sentence=str(failure))
        return 1
    _say(people=posted)
    return 0


def _kind(failure: Exception) -> str:
    return TemporaryFailure.__name__ if isinstance(failure, TemporaryFailure) else PermanentFailure.__name__


def _until_input_ends(stop: threading.Event) -> None:
    while os.read(0, 1024):  # past Python's own buffer, whose lock would outlive this thread at the end
        pass
    stop.set()


def _say(**said: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(said) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), [int(wave) for wave in sys.argv[2:]]))
