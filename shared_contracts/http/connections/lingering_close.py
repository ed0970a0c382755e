"""A transport that lets the sender hear an answer before the connection is closed.

Closing while bytes of the sender are unread makes the kernel reset the connection, and what was
answered is lost on its way (RFC 9112, 9.6).
"""

import asyncio
from collections.abc import Callable
from typing import Any


class LingeringTransport:
    """Stands before a transport; ``close`` asks ``lingers`` whether to read on before."""

    def __init__(self, transport: asyncio.Transport, lingers: Callable[[], bool]) -> None:
        self.real = transport
        self.half_closed = False
        self._lingers = lingers

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        """Whatever else the transport has."""
        return getattr(self.real, name)

    def write(self, data: bytes) -> None:
        """Send bytes, unless the sending side is closed."""
        if not self.half_closed:
            self.real.write(data)

    def is_closing(self) -> bool:
        """Whether nothing more can be answered."""
        return self.half_closed or self.real.is_closing()

    def close(self) -> None:
        """Close the connection; where the sender is still sending, its sending side first."""
        if self.real.is_closing() or not self._lingers():
            self.real.close()
        elif not self.half_closed:
            self.half_closed = True
            if self.real.can_write_eof():
                self.real.write_eof()
