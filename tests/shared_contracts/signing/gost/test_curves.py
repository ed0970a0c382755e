"""The curves are those of RFC 7836: equations, orders and the Edwards form agree."""

import pytest
from gostcrypto import gostsignature  # type: ignore[import-untyped]  # it has no stubs

from shared_contracts.signing.gost.curves import CURVE_256, CURVE_512, Curve
from shared_contracts.signing.gost.groups import exact
from shared_contracts.signing.gost.points import INFINITY, add, double

NAMES = {
    512: "id-tc26-gost-3410-12-512-paramSetA",
    256: "id-tc26-gost-3410-2012-256-paramSetA",
}
both = pytest.mark.parametrize("curve", [CURVE_512, CURVE_256], ids=["512", "256"])


def is_prime(number: int) -> bool:
    """Miller and Rabin, with enough bases for numbers that nobody chose to deceive."""
    odd, twos = number - 1, 0
    while not odd % 2:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29):
        powers = [pow(base, odd << step, number) for step in range(twos)]
        if powers[0] != 1 and number - 1 not in powers:
            return False
    return True


@both
def test_the_generator_lies_on_the_curve(curve: Curve) -> None:
    assert curve.contains(curve.x, curve.y)
    assert not curve.contains(curve.x, curve.y + 1)
    assert not curve.contains(curve.x + curve.p, curve.y)
    assert not curve.contains(curve.x, curve.y - curve.p)


@both
def test_field_and_group_are_of_prime_order(curve: Curve) -> None:
    assert is_prime(curve.p)
    assert is_prime(curve.q)
    assert not is_prime(curve.q * 3)


@both
def test_the_number_of_points_is_one_that_a_curve_can_have(curve: Curve) -> None:
    defect = curve.cofactor * curve.q - (curve.p + 1)
    assert defect**2 <= 4 * curve.p  # Hasse's bound
    assert defect  # not anomalous


@both
def test_the_generator_has_order_q(curve: Curve) -> None:
    group = exact(curve)
    total = INFINITY
    for bit in f"{curve.q:b}":
        total = double(group, total)
        if bit == "1":
            total = add(group, total, (curve.x, curve.y))
    assert total[2] == 0


def test_the_256_bit_curve_is_the_edwards_curve_of_the_rfc() -> None:
    """RFC 7836, A.2: from e, d and the point (u, v) come a, b and the point (x, y)."""
    p, e, u = CURVE_256.p, 1, 13
    d = 0x0605F6B7C183FA81578BC39CFAD518132B9DF62897009AF7E522C32D6DC7BFFB
    v = 0x60CA1E32AA475B348488C38FAB07649CE7EF8DBE87F22E81F92B2592DBA300E7
    assert (e * u * u + v * v - 1 - d * u * u * v * v) % p == 0
    s, t = (e - d) * pow(4, -1, p) % p, (e + d) * pow(6, -1, p) % p
    assert (s * s - 3 * t * t - CURVE_256.a) % p == 0
    assert (2 * t**3 - t * s * s - CURVE_256.b) % p == 0
    slope = s * (1 + v) * pow(1 - v, -1, p)
    assert (slope + t - CURVE_256.x) % p == 0
    assert (slope * pow(u, -1, p) - CURVE_256.y) % p == 0


@both
def test_another_implementation_has_the_same_numbers(curve: Curve) -> None:
    theirs = gostsignature.CURVES_R_1323565_1_024_2019[NAMES[curve.bits]]
    ours = (curve.p, curve.a % curve.p, curve.b, curve.q, curve.x, curve.y)
    assert ours == tuple(theirs[name] for name in ("p", "a", "b", "q", "x", "y"))
