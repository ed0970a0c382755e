"""A relay on the loopback that counts all bytes which pass it, in both directions."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_AT_ONCE = 65536


@dataclass
class Relay:
    """Passes on connections to a port of the loopback; ``octets`` are those of TCP's payload.

    Heads of HTTP are among them; TLS, which the loopback does without, would add some 2 KB for
    each connection.
    """

    target: tuple[str, int]
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    octets: int = 0
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self) -> None:
        """Accept until the listener is closed."""
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(self.target)
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while block := source.recv(_AT_ONCE):
                with self._mutex:
                    self.octets += len(block)  # before it arrives: whoever got it finds it counted
                sink.sendall(block)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        source.close()


@contextmanager
def relayed(address: str) -> Iterator[Relay]:
    """A relay to ``http://127.0.0.1:PORT``."""
    host, _, port = address.removeprefix("http://").partition(":")
    relay = Relay((host, int(port)))
    thread = threading.Thread(target=relay.run, daemon=True)
    thread.start()
    try:
        yield relay
    finally:
        relay.listener.shutdown(socket.SHUT_RDWR)
        relay.listener.close()
        thread.join(10)
