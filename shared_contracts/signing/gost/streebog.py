"""Streebog, the hash function of GOST 34.11-2015, in pure Python (RFC 6986)."""

from struct import Struct
from typing import Self

from shared_contracts.signing.gost.streebog_tables import CONSTANTS, tables

BLOCK = 64
"""Octets which one step takes in."""

_A, _B, _C, _D, _E, _F, _G, _H = tables()
_WORDS = Struct("<8Q")
_FULL = 8 * BLOCK
_LIMIT = (1 << 512) - 1
_START = {256: int.from_bytes(b"\1" * BLOCK), 512: 0}


class Streebog:
    """A running hash of 256 or 512 bits, used like those of ``hashlib``.

    Pieces may be cut anywhere; ``digest`` may be asked at any time and changes nothing.
    ValueError for another length.
    """

    block_size = BLOCK

    def __init__(self, bits: int, data: bytes | memoryview = b"") -> None:
        if bits not in _START:
            raise ValueError(f"Streebog has 256 or 512 bits, not {bits}")
        self.digest_size = bits // 8
        self.name = f"streebog{bits}"
        self._state, self._length, self._sum = _START[bits], 0, 0
        self._rest = b""
        self.update(data)

    def update(self, data: bytes | memoryview) -> None:
        """Take in one more piece."""
        whole = self._rest + bytes(data)
        end = len(whole) - len(whole) % BLOCK
        state, length, total = self._state, self._length, self._sum
        for at in range(0, end, BLOCK):
            block = int.from_bytes(whole[at : at + BLOCK], "little")
            state = _compress(state, block, length)
            length += _FULL
            total += block
        self._state, self._length, self._sum = state, length & _LIMIT, total & _LIMIT
        self._rest = whole[end:]

    def digest(self) -> bytes:
        """The hash of what was taken in so far (RFC 6986, 9, stage 3)."""
        last = int.from_bytes(self._rest + b"\1", "little")
        state = _compress(self._state, last, self._length)
        state = _compress(state, (self._length + 8 * len(self._rest)) & _LIMIT, 0)
        state = _compress(state, (self._sum + last) & _LIMIT, 0)
        return state.to_bytes(BLOCK, "little")[BLOCK - self.digest_size :]

    def hexdigest(self) -> str:
        """The hash in lower hex."""
        return self.digest().hex()

    def copy(self) -> Self:
        """Another running hash that has taken in the same."""
        other = type(self)(8 * self.digest_size)
        other._state, other._length, other._sum = self._state, self._length, self._sum  # noqa: SLF001  # its own kind
        other._rest = self._rest  # noqa: SLF001  # its own kind
        return other


def _compress(state: int, block: int, length: int) -> int:
    """The step g_N of RFC 6986, 8: numbers are 512 bits, the first octet lowest."""
    key = _mix(state ^ length)
    text = key ^ block
    for constant in CONSTANTS:
        key = _mix(key ^ constant)
        text = _mix(text) ^ key
    return text ^ state ^ block


# One line per word: the octets that stand in one column of the state go through eight tables.
# fmt: off
def _mix(state: int) -> int:
    """Substitute, transpose and transform: L(P(S(state))) of RFC 6986, 7."""
    (a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7,
     c0, c1, c2, c3, c4, c5, c6, c7, d0, d1, d2, d3, d4, d5, d6, d7,
     e0, e1, e2, e3, e4, e5, e6, e7, f0, f1, f2, f3, f4, f5, f6, f7,
     g0, g1, g2, g3, g4, g5, g6, g7, h0, h1, h2, h3, h4, h5, h6, h7,
    ) = state.to_bytes(BLOCK, "little")
    return int.from_bytes(_WORDS.pack(
        _A[a0] ^ _B[b0] ^ _C[c0] ^ _D[d0] ^ _E[e0] ^ _F[f0] ^ _G[g0] ^ _H[h0],
        _A[a1] ^ _B[b1] ^ _C[c1] ^ _D[d1] ^ _E[e1] ^ _F[f1] ^ _G[g1] ^ _H[h1],
        _A[a2] ^ _B[b2] ^ _C[c2] ^ _D[d2] ^ _E[e2] ^ _F[f2] ^ _G[g2] ^ _H[h2],
        _A[a3] ^ _B[b3] ^ _C[c3] ^ _D[d3] ^ _E[e3] ^ _F[f3] ^ _G[g3] ^ _H[h3],
        _A[a4] ^ _B[b4] ^ _C[c4] ^ _D[d4] ^ _E[e4] ^ _F[f4] ^ _G[g4] ^ _H[h4],
        _A[a5] ^ _B[b5] ^ _C[c5] ^ _D[d5] ^ _E[e5] ^ _F[f5] ^ _G[g5] ^ _H[h5],
        _A[a6] ^ _B[b6] ^ _C[c6] ^ _D[d6] ^ _E[e6] ^ _F[f6] ^ _G[g6] ^ _H[h6],
        _A[a7] ^ _B[b7] ^ _C[c7] ^ _D[d7] ^ _E[e7] ^ _F[f7] ^ _G[g7] ^ _H[h7],
    ), "little")
# fmt: on
