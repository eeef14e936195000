"""What only one program at a time can have: the data directory and the ports."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from outreach.errors import PermanentFailure
from outreach.settings import settings


@contextmanager
def lock() -> Iterator[None]:
    """Hold the data directory until the block or this process ends. Raises PermanentFailure when another `up` does."""
    path = settings().data_dir / "up.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise PermanentFailure(
                f"Outreach is already running here (process {file.read().strip() or 'unknown'}). "
                f"Open {settings().prefect_url}, or stop that one first."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def check_port(host: str, port: int, setting: str) -> None:
    """Raises PermanentFailure, naming the setting, when something else listens on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PermanentFailure(
                f"Port {port} is used by another program. Stop that program, or give {setting} another port."
            ) from None
