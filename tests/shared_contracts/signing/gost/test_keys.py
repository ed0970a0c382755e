"""GOST keys: what can be a key, and how it is written."""

import pytest
from asn1crypto import core

from shared_contracts.signing.gost.curves import CURVES
from shared_contracts.signing.gost.groups import EXACT
from shared_contracts.signing.gost.keys import (
    GostPrivateKey,
    GostPublicKey,
    generate,
    load_pkcs8,
    load_spki,
    to_pkcs8,
    to_spki,
)
from shared_contracts.signing.gost.points import INFINITY, add, double, to_affine

both = pytest.mark.parametrize("bits", [512, 256])


@both
def test_keys_come_back_as_they_were_written(bits: int) -> None:
    private = generate(bits)
    public = private.public_key()
    assert load_spki(to_spki(public)) == public
    assert load_pkcs8(to_pkcs8(private)) == private
    assert hash(load_spki(to_spki(public))) == hash(public)
    assert generate(bits) != private


@both
def test_a_private_key_is_not_shown(bits: int) -> None:
    private = generate(bits)
    assert str(private.d) not in repr(private)


def test_a_public_key_is_laid_out_as_the_national_authority_does() -> None:
    public = generate(512).public_key()
    der = to_spki(public)
    algorithm = core.load(der).native["0"]
    assert algorithm["0"] == "1.2.398.3.10.1.1.2.2"
    assert list(algorithm["1"].values()) == ["1.2.398.3.10.1.1.2.2.1", "1.2.398.3.10.1.3.3"]
    octets = public.x.to_bytes(64, "little") + public.y.to_bytes(64, "little")
    assert der.endswith(b"\x03\x81\x84\0\x04\x81\x80" + octets)


@both
def test_points_off_the_curve_are_no_keys(bits: int) -> None:
    public = generate(bits).public_key()
    for x, y in ((public.x, public.y ^ 1), (0, 0), (public.x, 0), (-public.x, public.y)):
        with pytest.raises(ValueError, match="not on its curve"):
            GostPublicKey(bits, x, y)


@both
def test_a_point_is_written_in_one_way_only(bits: int) -> None:
    """The generator of 512 bits, x = 3, has room for x + p in its octets."""
    curve = CURVES[bits]
    with pytest.raises(ValueError, match="not on its curve"):
        GostPublicKey(bits, curve.x + curve.p, curve.y)


def test_points_of_small_order_are_no_keys() -> None:
    """The curve of 256 bits has four times q points; only a quarter may be keys."""
    curve, group = CURVES[256], EXACT[256]
    points = (_point(x) for x in range(1, 50))
    others = [point for point in points if point and not _of_order_q(point)]
    assert others
    small = INFINITY
    for bit in f"{curve.q:b}":
        small = double(group, small)
        if bit == "1":
            small = add(group, small, others[0])
    lone = to_affine(group, small)
    assert lone is not None
    mixed = to_affine(group, add(group, (curve.x, curve.y, 1), lone))
    assert mixed is not None
    for x, y in (others[0], lone, mixed):
        assert curve.contains(x, y)
        with pytest.raises(ValueError, match="not of the curve's order"):
            GostPublicKey(256, x, y)


def _point(x: int) -> tuple[int, int] | None:
    curve = CURVES[256]
    square = (x**3 + curve.a * x + curve.b) % curve.p
    # p = 7 modulo 8, so a root is a power.
    y = pow(square, (curve.p + 1) // 4, curve.p)
    return (x, y) if y * y % curve.p == square else None


def _of_order_q(point: tuple[int, int]) -> bool:
    try:
        GostPublicKey(256, *point)
    except ValueError:
        return False
    return True


@both
def test_private_keys_out_of_range_are_no_keys(bits: int) -> None:
    for d in (0, -1, CURVES[bits].q):
        with pytest.raises(ValueError, match="out of range"):
            GostPrivateKey(bits, d)


@both
def test_what_is_not_written_exactly_so_is_not_read(bits: int) -> None:
    spki, pkcs8 = to_spki(generate(bits).public_key()), to_pkcs8(generate(bits))
    renamed = spki.replace(b"\x83\x0e", b"\x83\x0f", 1)
    for bad in (spki + b"\0", spki[:-1], b"", spki[1:], _longer(spki), renamed):
        with pytest.raises(ValueError, match="public key"):
            load_spki(bad)
    for bad in (pkcs8 + b"\0", pkcs8[:-1], b"", spki):
        with pytest.raises(ValueError, match="private key"):
            load_pkcs8(bad)


def _longer(der: bytes) -> bytes:
    """The same, the length of the whole in one octet more than needed."""
    header = 3 if der[1] == 0x81 else 2
    length = len(der) - header
    return der[:1] + b"\x82" + length.to_bytes(2) + der[header:]
