"""A server on loopback that runs in a thread while somebody is inside."""

import selectors
import socket
import socketserver
import threading
from typing import Self


class InThread:
    """Starts on entering, stops on leaving."""

    def __init__(self, server: socketserver.TCPServer) -> None:
        server.timeout = 0  # it is only called where somebody has come
        self._server = server
        self._is_ending = False
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def host(self) -> str:
        """What `--allow-host` takes."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._is_ending = True
        with socket.socket() as waking:
            waking.setblocking(False)
            waking.connect_ex(self._server.server_address)
            self._thread.join()
        self._server.server_close()

    def _serve(self) -> None:
        """Sleep until somebody comes: hundreds of servers that look for it would take more time than what they do."""
        with selectors.PollSelector() as awaited:
            awaited.register(self._server, selectors.EVENT_READ)
            while awaited.select() and not self._is_ending:
                self._server.handle_request()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
