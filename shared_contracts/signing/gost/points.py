"""Sums and multiples of points of a curve, in Jacobian coordinates; not constant time.

Formulas: Cohen, Miyaji and Ono, 1998 (dbl-1998-cmo-2 and, with z = 1 for the second point,
add-1998-cmo-2 of the Explicit-Formulas Database). Multiples are taken with combs (Lim and Lee,
1994): eight bits at a time, from sums computed once per point.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from shared_contracts.signing.gost.curves import Curve

Affine = tuple[int, int]
"""A point as (x, y)."""

Jacobian = tuple[int, int, int]
"""A point (x/z², y/z³); z = 0 modulo p for the point at infinity."""

Comb = tuple[Affine, ...]
"""Sums of the multiples 2^(span·t) of one point, by the set of t that takes part, less one."""

INFINITY: Jacobian = (1, 1, 0)
TEETH = 8
"""How many bits of a factor are taken at a time, a span apart."""


@dataclass(frozen=True, slots=True)
class CurveGroup:
    """The points of a curve, and how the numbers of its field are brought to size.

    ``reduce`` gives a number equal to its argument modulo p, and hardly longer than p; it need not
    be the least. The curve's numbers may be of any kind that computes like ``int``.
    """

    curve: Curve
    reduce: Callable[[int], int]

    @property
    def span(self) -> int:
        """How far apart the bits stand that are taken together."""
        return -(-self.curve.q.bit_length() // TEETH)


def double(group: CurveGroup, point: Jacobian) -> Jacobian:
    """The point added to itself."""
    x, y, z = point
    reduce = group.reduce
    yy = reduce(y * y)
    s = reduce(4 * x * yy)
    zz = reduce(z * z)
    m = reduce(3 * x * x + group.curve.a * reduce(zz * zz))
    x3 = reduce(m * m - 2 * s)
    return x3, reduce(m * (s - x3) - 8 * yy * yy), reduce(2 * y * z)


def add(group: CurveGroup, point: Jacobian, other: Affine) -> Jacobian:
    """The sum of two points, whatever they are."""
    x1, y1, z1 = point
    x2, y2 = other
    reduce, p = group.reduce, group.curve.p
    zz = reduce(z1 * z1)
    h = (x2 * zz - x1) % p
    if not h or not zz:
        return _add_special(group, point, other)
    r = reduce(y2 * reduce(z1 * zz) - y1)
    hh = reduce(h * h)
    hhh = reduce(h * hh)
    v = reduce(x1 * hh)
    x3 = reduce(r * r - hhh - 2 * v)
    return x3, reduce(r * (v - x3) - y1 * hhh), reduce(z1 * h)


def _add_special(group: CurveGroup, point: Jacobian, other: Affine) -> Jacobian:
    """Where the sum is the other point, its double, or the point at infinity."""
    _, y1, z1 = point
    p = group.curve.p
    if not z1 % p:
        return (*other, z1 - z1 + 1)
    same = not (other[1] * z1 * z1 * z1 - y1) % p
    return double(group, point) if same else INFINITY


def comb(group: CurveGroup, base: Affine) -> Comb:
    """What is computed once for a point of order q, so that its multiples come fast."""
    teeth = [base, *_all_affine(group, list(_teeth(group, base)))]
    sums: list[Jacobian] = []
    for chosen in range(1, 1 << TEETH):
        top = chosen.bit_length() - 1
        rest = chosen - (1 << top)
        sums.append(add(group, sums[rest - 1], teeth[top]) if rest else (*teeth[top], 1))
    return tuple(_all_affine(group, sums))


def _teeth(group: CurveGroup, base: Affine) -> Iterator[Jacobian]:
    point: Jacobian = (*base, 1)
    for _ in range(TEETH - 1):
        for _ in range(group.span):
            point = double(group, point)
        yield point


def multiple(group: CurveGroup, factors: Sequence[int], combs: Sequence[Comb]) -> Jacobian:
    """The sum of several points, each taken so many times; factors are 0 <= factor < q."""
    total = INFINITY
    columns = [_columns(group, factor) for factor in factors]
    for step in zip(*columns, strict=True):
        total = double(group, total)
        for chosen, sums in zip(step, combs, strict=True):
            if chosen:
                total = add(group, total, sums[chosen - 1])
    return total


def _columns(group: CurveGroup, factor: int) -> Iterable[int]:
    """For each step, highest first: which teeth take part."""
    span = group.span
    bits = f"{factor:0{TEETH * span}b}"
    rows = [bits[at : at + span] for at in range(0, len(bits), span)]
    return (int("".join(column), 2) for column in zip(*rows, strict=True))


def has_order_q(group: CurveGroup, point: Affine) -> bool:
    """Whether a point of the curve belongs to the group of order q (RFC 7091, 5.2)."""
    if group.curve.cofactor == 1:
        return True
    total = INFINITY
    for bit in f"{group.curve.q:b}":
        total = double(group, total)
        if bit == "1":
            total = add(group, total, point)
    return not total[2] % group.curve.p


def to_affine(group: CurveGroup, point: Jacobian) -> Affine | None:
    """The point as (x, y), the least numbers; None for the point at infinity."""
    return _all_affine(group, [point])[0] if point[2] % group.curve.p else None


def _all_affine(group: CurveGroup, points: Sequence[Jacobian]) -> list[Affine]:
    """Many points at the price of one inversion; none may be the point at infinity."""
    reduce, p = group.reduce, group.curve.p
    products = [1]
    for _, _, z in points:
        products.append(reduce(products[-1] * z))
    inverse = pow(products[-1], -1, p)
    found = []
    for (x, y, z), before in zip(reversed(points), reversed(products[:-1]), strict=True):
        each = reduce(inverse * before)
        inverse = reduce(inverse * z)
        square = reduce(each * each)
        found.append((x * square % p, y * reduce(square * each) % p))
    return found[::-1]
