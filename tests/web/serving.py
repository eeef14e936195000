"""The real application on a free port of this machine, for tests that speak HTTP to it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import uvicorn

from outreach.web.app import create_app

BACKLOG = 2048  # uvicorn's own


@contextmanager
def serve() -> Iterator[str]:
    """Its address. It reads each test's own settings."""
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(BACKLOG)
        server = uvicorn.Server(uvicorn.Config(create_app(), log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
