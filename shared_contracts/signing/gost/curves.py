"""The two curves on which Kazakhstan's GOST keys lie (RFC 7836, A.1 and A.2)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Curve:
    """y² = x³ + ax + b modulo ``p``, and the generator (x, y) of order ``q`` in it.

    The group has ``cofactor`` times ``q`` points.
    """

    bits: int
    p: int
    a: int
    b: int
    q: int
    x: int
    y: int
    cofactor: int

    @property
    def size(self) -> int:
        """Length of a coordinate, of r and of s, in octets."""
        return self.bits // 8

    def contains(self, x: int, y: int) -> bool:
        """Whether the point lies on the curve, its coordinates written in one way only."""
        return (
            0 <= x < self.p
            and 0 <= y < self.p
            and (y * y - (x * x + self.a) * x - self.b) % self.p == 0
        )


CURVE_512 = Curve(
    bits=512,
    p=2**512 - 569,
    a=-3,
    b=int(
        "e8c2505dedfc86ddc1bd0b2b6667f1da34b82574761cb0e879bd081cfd0b6265"
        "ee3cb090f30d27614cb4574010da90dd862ef9d4ebee4761503190785a71c760",
        16,
    ),
    q=int(
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        "27e69532f48d89116ff22b8d4e0560609b4b38abfad2b85dcacdb1411f10b275",
        16,
    ),
    x=3,
    y=int(
        "7503cfe87a836ae3a61b8816e25450e6ce5e1c93acf1abc1778064fdcbefa921"
        "df1626be4fd036e93d75e6a50e3a41e98028fe5fc235f5b889a589cb5215f2a4",
        16,
    ),
    cofactor=1,
)
"""id-tc26-gost-3410-12-512-paramSetA (RFC 7836, A.1)."""

CURVE_256 = Curve(
    bits=256,
    p=2**256 - 617,
    a=0xC2173F1513981673AF4892C23035A27CE25E2013BF95AA33B22C656F277E7335,
    b=0x295F9BAE7428ED9CCC20E7C359A9D41A22FCCD9108E17BF7BA9337A6F8AE9513,
    q=0x400000000000000000000000000000000FD8CDDFC87B6635C115AF556C360C67,
    x=0x91E38443A5E82C0D880923425712B2BB658B9196932E02C78B2582FE742DAA28,
    y=0x32879423AB1A0375895786C4BB46E9565FDE0B5344766740AF268ADB32322E5C,
    cofactor=4,
)
"""id-tc26-gost-3410-2012-256-paramSetA in Weierstrass coordinates (RFC 7836, A.2)."""

CURVES = {curve.bits: curve for curve in (CURVE_512, CURVE_256)}
"""The curves by the length of their coordinates, in bits."""
