"""The two groups of points with numbers of Python, or of another kind that computes like them."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from shared_contracts.signing.gost.curves import CURVES, Curve
from shared_contracts.signing.gost.points import Comb, CurveGroup, comb


def exact(curve: Curve, number: Callable[[int], int] = int) -> CurveGroup:
    """The group whose numbers are always brought to the least one; ``number`` makes them."""
    names = ("p", "a", "b", "q", "x", "y")
    made = replace(curve, **{name: number(getattr(curve, name)) for name in names})
    p = made.p
    return CurveGroup(made, lambda value: value % p)


def folding(curve: Curve) -> CurveGroup:
    """The group for Python's own numbers: p = 2^bits - c, so what is above counts c times below.

    A third of the time of a division. What comes out lies between -2^28 and 2^bits + 2^28 for
    everything below 2^(2·bits + 8), so products of two such numbers, times 64, may go in.
    """
    bits = curve.bits
    mask, c = (1 << bits) - 1, (1 << bits) - curve.p

    def reduce(value: int) -> int:
        value = (value & mask) + (value >> bits) * c
        return (value & mask) + (value >> bits) * c

    return CurveGroup(curve, reduce)


EXACT = {bits: exact(curve) for bits, curve in CURVES.items()}
"""Groups whose numbers are the least ones: for points of any order."""

FOLDING = {bits: folding(curve) for bits, curve in CURVES.items()}
"""Groups for points of order q."""


@cache
def generator(bits: int) -> Comb:
    """The multiples of the generator for keys of ``bits``, computed once."""
    curve = CURVES[bits]
    return comb(FOLDING[bits], (curve.x, curve.y))
