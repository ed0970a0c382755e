"""GOST 34.10-2015 and Streebog in Python alone."""

from collections.abc import Iterable

from shared_contracts.signing.gost.backend import Backend
from shared_contracts.signing.gost.groups import FOLDING
from shared_contracts.signing.gost.signature import Arithmetic
from shared_contracts.signing.gost.streebog import Streebog


def digest(bits: int, pieces: Iterable[bytes | memoryview]) -> bytes:
    """Streebog of ``bits`` over the pieces."""
    running = Streebog(bits)
    for piece in pieces:
        running.update(piece)
    return running.digest()


ARITHMETIC = Arithmetic(FOLDING)
PURE = Backend("pure", digest, ARITHMETIC.verify, ARITHMETIC.sign)
"""The back end that is always there."""
