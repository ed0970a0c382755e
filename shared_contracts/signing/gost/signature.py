"""Signatures of GOST 34.10-2015 over digests (RFC 7091, 6), with numbers of any kind.

Verifying holds no secret. Signing is for test keys only: its time depends on the key.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from shared_contracts.signing.gost.keys import GostPrivateKey, GostPublicKey
from shared_contracts.signing.gost.points import Comb, CurveGroup, comb, multiple, to_affine

KEPT = 128
"""For how many keys what was computed is kept, about 60 KB each."""


def halves(key: GostPublicKey, digest: bytes, value: bytes) -> tuple[int, int] | None:
    """The pair r and s, if lengths are right and both are in range (RFC 7091, 6.2, step 1)."""
    size, q = key.curve.size, key.curve.q
    if len(value) != 2 * size or len(digest) != size:
        return None
    r, s = int.from_bytes(value[:size], "little"), int.from_bytes(value[size:], "little")
    return (r, s) if 0 < r < q and 0 < s < q else None


def check_length(key: GostPrivateKey, digest: bytes) -> None:
    """ValueError if the digest is not as long as the key wants it."""
    if len(digest) != key.curve.size:
        raise ValueError(f"a digest of {8 * len(digest)} bits for a key of {key.bits}")


def stands(group: CurveGroup, combs: Sequence[Comb], alpha: int, pair: Sequence[int]) -> bool:
    """Whether r and s, in range, sign the digest ``alpha`` (RFC 7091, 6.2, steps 2 to 7).

    ``combs`` are those of the generator and of the public key.
    """
    q, (r, s) = group.curve.q, pair
    inverse = pow(alpha % q or 1, -1, q)
    found = multiple(group, [s * inverse % q, -r * inverse % q], combs)
    point = to_affine(group, found)
    return point is not None and point[0] % q == r


def signed(
    group: CurveGroup, generator: Comb, alpha: int, secret: tuple[int, int]
) -> tuple[int, int]:
    """The pair r and s for the digest ``alpha`` (RFC 7091, 6.1); either is 0 if k does not serve.

    ``secret`` is the key d and the number k, which must never serve twice.
    """
    q, (d, k) = group.curve.q, secret
    point = to_affine(group, multiple(group, [k], [generator]))
    r = point[0] % q if point else 0
    return int(r), int((r * d + k * (alpha % q or 1)) % q)


class Arithmetic:
    """Verifies and signs in ``groups``; ``number`` makes their numbers out of Python's."""

    def __init__(
        self, groups: Mapping[int, CurveGroup], number: Callable[[int], int] = int
    ) -> None:
        self._groups = groups
        self._number = number
        self._comb = lru_cache(maxsize=KEPT)(self._make_comb)

    def verify(self, key: GostPublicKey, digest: bytes, value: bytes) -> bool:
        """Whether ``value``, r and then s, is the key owner's signature of the digest."""
        pair = halves(key, digest, value)
        if pair is None:
            return False
        group = self._groups[key.bits]
        combs = [self._generator(group), self._comb(key.bits, key.x, key.y)]
        return stands(group, combs, self._read(digest), [self._number(half) for half in pair])

    def sign(self, key: GostPrivateKey, digest: bytes) -> bytes:
        """Sign a digest with a test key; ValueError if its length is not the key's."""
        check_length(key, digest)
        size, q = key.curve.size, key.curve.q
        group = self._groups[key.bits]
        r = s = 0
        while not (r and s):
            secret = key.d, 1 + secrets.randbelow(q - 1)
            r, s = signed(group, self._generator(group), self._read(digest), secret)
        return r.to_bytes(size, "little") + s.to_bytes(size, "little")

    def _generator(self, group: CurveGroup) -> Comb:
        return self._comb(group.curve.bits, int(group.curve.x), int(group.curve.y))

    def _make_comb(self, bits: int, x: int, y: int) -> Comb:
        return comb(self._groups[bits], (self._number(x), self._number(y)))

    def _read(self, digest: bytes) -> int:
        return self._number(int.from_bytes(digest, "little"))
