"""An application on a real socket of this machine, for what a test client cannot show."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


@contextmanager
def served(app: Any, *, port: int = 0, log_level: str = "warning") -> Iterator[int]:
    """Serves ``app`` until the block ends, and gives its port: any free one for 0."""
    config = uvicorn.Config(app, port=port, log_level=log_level, ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
