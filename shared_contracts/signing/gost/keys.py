"""GOST keys and their encodings in certificates and key files of Kazakhstan."""

import secrets
from dataclasses import dataclass, field

from shared_contracts.signing.gost.curves import CURVES, Curve
from shared_contracts.signing.gost.groups import EXACT, FOLDING, generator
from shared_contracts.signing.gost.key_encoding import kazakhstan, pkcs8, spki
from shared_contracts.signing.gost.points import has_order_q, multiple, to_affine


@dataclass(frozen=True, slots=True)
class GostPublicKey:
    """A point of the curve for keys of ``bits``; ValueError if it is not one that can be a key."""

    bits: int
    x: int
    y: int

    def __post_init__(self) -> None:
        """Check it."""
        if not self.curve.contains(self.x, self.y):
            raise ValueError(f"GOST key of {self.bits} bits: the point is not on its curve")
        if not has_order_q(EXACT[self.bits], (self.x, self.y)):
            raise ValueError(f"GOST key of {self.bits} bits: the point is not of the curve's order")

    @property
    def curve(self) -> Curve:
        """The curve it lies on."""
        return CURVES[self.bits]

    @property
    def octets(self) -> bytes:
        """The point: x and then y, each lowest octet first."""
        size = self.curve.size
        return self.x.to_bytes(size, "little") + self.y.to_bytes(size, "little")


@dataclass(frozen=True, slots=True)
class GostPrivateKey:
    """A number that signs, for test authorities only; ValueError if out of range."""

    bits: int
    d: int = field(repr=False)

    def __post_init__(self) -> None:
        """Check it."""
        if not 0 < self.d < self.curve.q:
            raise ValueError(f"GOST private key of {self.bits} bits: out of range")

    @property
    def curve(self) -> Curve:
        """The curve of its public key."""
        return CURVES[self.bits]

    @property
    def octets(self) -> bytes:
        """The number d, lowest octet first."""
        return self.d.to_bytes(self.curve.size, "little")

    def public_key(self) -> GostPublicKey:
        """The key with which others verify."""
        group = FOLDING[self.bits]
        point = multiple(group, [self.d], [generator(self.bits)])
        x, y = to_affine(group, point) or (0, 0)  # never the latter, as 0 < d < q
        return GostPublicKey(self.bits, x, y)


def generate(bits: int) -> GostPrivateKey:
    """A new key of 512 or 256 bits, for test authorities only."""
    return GostPrivateKey(bits, 1 + secrets.randbelow(CURVES[bits].q - 1))


def to_spki(key: GostPublicKey) -> bytes:
    """DER of the key as certificates carry it."""
    return spki(kazakhstan(key.bits), key.octets)


def load_spki(der: bytes) -> GostPublicKey:
    """Read a certificate's key; ValueError if it is not GOST 34.10-2015 or not well made."""
    for bits, curve in CURVES.items():
        x, y = der[-2 * curve.size : -curve.size], der[-curve.size :]
        if der == spki(kazakhstan(bits), x + y):
            return GostPublicKey(bits, int.from_bytes(x, "little"), int.from_bytes(y, "little"))
    raise ValueError("not a public key of GOST 34.10-2015 with 512 or 256 bits, set A")


def to_pkcs8(key: GostPrivateKey) -> bytes:
    """DER of the private key (PKCS#8)."""
    return pkcs8(kazakhstan(key.bits), key.octets)


def load_pkcs8(der: bytes) -> GostPrivateKey:
    """Read a private key (PKCS#8); ValueError if it is not GOST 34.10-2015 or not well made."""
    for bits, curve in CURVES.items():
        number = der[-curve.size :]
        if der == pkcs8(kazakhstan(bits), number):
            return GostPrivateKey(bits, int.from_bytes(number, "little"))
    raise ValueError("not a private key of GOST 34.10-2015 with 512 or 256 bits, set A")
