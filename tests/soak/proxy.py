"""A TCP proxy between a sender and the Registry that damages what passes while it is told to."""

import re
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

PIECE = 65_536
LONGEST = 20.0
"""Seconds after which a silent connection is given up."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)


class Trouble(StrEnum):
    """What happens to an exchange on the line."""

    CUT_REQUEST = "CUT_REQUEST"
    CUT_ANSWER = "CUT_ANSWER"
    DELAY = "DELAY"
    DOUBLE = "DOUBLE"
    GARBLE_REQUEST = "GARBLE_REQUEST"
    GARBLE_ANSWER = "GARBLE_ANSWER"


@dataclass(slots=True)
class Proxy:
    """Passes what comes to ``port`` on to the port ``target`` of loopback, from threads.

    Every message that is posted meets one of the ``troubles``, with the probability ``share``;
    DELAY holds an answer back for ``delay`` seconds. ``met`` counts what happened.
    """

    target: int
    chance: Random
    delay: float
    share: float = 0.5
    troubles: tuple[Trouble, ...] = ()
    met: Counter[Trouble] = field(default_factory=Counter)
    _listener: socket.socket = field(
        default_factory=lambda: socket.create_server(("127.0.0.1", 0), backlog=100)
    )

    @property
    def port(self) -> int:
        """Where it listens, on loopback."""
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def address(self) -> str:
        """Where the Registry seems to be."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen from now on."""
        threading.Thread(target=self._listen, name="proxy", daemon=True).start()

    def close(self) -> None:
        """Take no further connection."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """Pass the exchanges of one connection on, until either side ends it."""
        with client, suppress(OSError):
            client.settimeout(LONGEST)
            while request := _message(client):
                answer = self._pass(request)
                if not answer:
                    return
                client.sendall(answer)
                if self._cut(request, answer):
                    return

    def _pass(self, request: bytes) -> bytes:
        """The answer to a request, with what happens on the way; empty if there is none."""
        match self._drawn(request):
            case Trouble.CUT_REQUEST:
                return self._exchange(request[: self._within(request)], wait=False)
            case Trouble.CUT_ANSWER:
                answer = self._exchange(request)
                return answer[: self._within(answer)]
            case Trouble.DELAY:
                answer = self._exchange(request)
                time.sleep(self.delay)
                return answer
            case Trouble.DOUBLE:
                second = threading.Thread(target=self._quietly, args=(request,), daemon=True)
                second.start()
                return self._exchange(request)
            case Trouble.GARBLE_REQUEST:
                return self._exchange(self._garbled(request))
            case Trouble.GARBLE_ANSWER:
                return self._garbled(self._exchange(request))
            case None:
                return self._exchange(request)

    def _drawn(self, request: bytes) -> Trouble | None:
        troubles = self.troubles
        if not troubles or not request.startswith((b"POST", b"PUT")):
            return None
        if self.chance.random() >= self.share:
            return None
        trouble = self.chance.choice(troubles)
        if b"TransferRecords" in request:
            self.met[trouble] += 1
        return trouble

    def _within(self, message: bytes) -> int:
        return self.chance.randrange(1, max(2, len(message)))

    def _garbled(self, message: bytes) -> bytes:
        """The message with eight bytes of its body altered."""
        head, gap, body = message.partition(b"\r\n\r\n")
        if not body:
            return message
        at = self.chance.randrange(len(body))
        other = bytes(byte ^ self.chance.randrange(1, 256) for byte in body[at : at + 8])
        return head + gap + body[:at] + other + body[at + 8 :]

    def _exchange(self, request: bytes, *, wait: bool = True) -> bytes:
        with socket.create_connection(("127.0.0.1", self.target), LONGEST) as line:
            line.sendall(request)
            return _message(line, bodiless=request.startswith(b"HEAD")) if wait else b""

    def _quietly(self, request: bytes) -> None:
        with suppress(OSError):
            self._exchange(request)

    @staticmethod
    def _cut(request: bytes, answer: bytes) -> bool:
        """Whether the answer went out incomplete, so that the connection ends here."""
        return not request.startswith(b"HEAD") and not _is_whole(answer)


def _message(line: socket.socket, *, bodiless: bool = False) -> bytes:
    """One HTTP message; empty where the other side ended before its end."""
    read = bytearray()
    while not (_is_whole(read) or (bodiless and b"\r\n\r\n" in read)):
        piece = line.recv(PIECE)
        if not piece:
            return b""
        read += piece
    return bytes(read)


def _is_whole(read: bytes | bytearray) -> bool:
    head, gap, _ = bytes(read[: 64 * 1024]).partition(b"\r\n\r\n")
    if not gap:
        return False
    if _CHUNKED.search(head):
        return read.endswith(b"0\r\n\r\n")
    told = _LENGTH.search(head)
    return len(read) >= len(head) + len(gap) + (int(told[1]) if told else 0)
