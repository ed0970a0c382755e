"""Signing and verifying as RFC 7091 describes it, on the example curves of the standard."""

from dataclasses import dataclass

import pytest

from shared_contracts.signing.gost.curves import Curve
from shared_contracts.signing.gost.groups import FOLDING, exact, generator
from shared_contracts.signing.gost.keys import GostPublicKey, generate
from shared_contracts.signing.gost.points import CurveGroup, comb, multiple, to_affine
from shared_contracts.signing.gost.pure import PURE
from shared_contracts.signing.gost.signature import halves, signed, stands


@dataclass(frozen=True)
class Example:
    """An example of GOST R 34.10-2012, A: key, digest, number k, and what comes of them.

    The first is also that of RFC 7091, 7.
    """

    curve: Curve
    d: int
    public: tuple[int, int]
    alpha: int
    k: int
    pair: tuple[int, int]


SHORT = Example(
    curve=Curve(
        bits=256,
        p=0x8000000000000000000000000000000000000000000000000000000000000431,
        a=7,
        b=0x5FBFF498AA938CE739B8E022FBAFEF40563F6E6A3472FC2A514C0CE9DAE23B7E,
        q=0x8000000000000000000000000000000150FE8A1892976154C59CFC193ACCF5B3,
        x=2,
        y=0x08E2A8A0E65147D4BD6316030E16D19C85C97F0A9CA267122B96ABBCEA7E8FC8,
        cofactor=1,
    ),
    d=0x7A929ADE789BB9BE10ED359DD39A72C11B60961F49397EEE1D19CE9891EC3B28,
    public=(
        0x7F2B49E270DB6D90D8595BEC458B50C58585BA1D4E9B788F6689DBD8E56FD80B,
        0x26F1B489D6701DD185C8413A977B3CBBAF64D1C593D26627DFFB101A87FF77DA,
    ),
    alpha=0x2DFBC1B372D89A1188C09C52E0EEC61FCE52032AB1022E8E67ECE6672B043EE5,
    k=0x77105C9B20BCD3122823C8CF6FCC7B956DE33814E95B7FE64FED924594DCEAB3,
    pair=(
        0x41AA28D2F1AB148280CD9ED56FEDA41974053554A42767B83AD043FD39DC0493,
        0x01456C64BA4642A1653C235A98A60249BCD6D3F746B631DF928014F6C5BF9C40,
    ),
)


def number(text: str) -> int:
    return int(text.replace("\n", "").replace(" ", ""), 16)


LONG = Example(
    curve=Curve(
        bits=512,
        p=number("""4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15D
                    F1D852741AF4704A0458047E80E4546D35B8336FAC224DD81664BBF528BE6373"""),
        a=7,
        b=number("""1CFF0806A31116DA29D8CFA54E57EB748BC5F377E49400FDD788B649ECA1AC43
                    61834013B2AD7322480A89CA58E0CF74BC9E540C2ADD6897FAD0A3084F302ADC"""),
        q=number("""4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15D
                    A82F2D7ECB1DBAC719905C5EECC423F1D86E25EDBE23C595D644AAF187E6E6DF"""),
        x=number("""24D19CC64572EE30F396BF6EBBFD7A6C5213B3B3D7057CC825F91093A68CD762
                    FD60611262CD838DC6B60AA7EEE804E28BC849977FAC33B4B530F1B120248A9A"""),
        y=number("""2BB312A43BD2CE6E0D020613C857ACDDCFBF061E91E5F2C3F32447C259F39B2C
                    83AB156D77F1496BF7EB3351E1EE4E43DC1A18B91B24640B6DBB92CB1ADD371E"""),
        cofactor=1,
    ),
    d=number("""BA6048AADAE241BA40936D47756D7C93091A0E8514669700EE7508E508B10207
                2E8123B2200A0563322DAD2827E2714A2636B7BFD18AADFC62967821FA18DD4"""),
    public=(
        number("""115DC5BC96760C7B48598D8AB9E740D4C4A85A65BE33C1815B5C320C854621DD
                  5A515856D13314AF69BC5B924C8B4DDFF75C45415C1D9DD9DD33612CD530EFE1"""),
        number("""37C7C90CD40B0F5621DC3AC1B751CFA0E2634FA0503B3D52639F5D7FB72AFD61
                  EA199441D943FFE7F0C70A2759A3CDB84C114E1F9339FDF27F35ECA93677BEEC"""),
    ),
    alpha=number("""3754F3CFACC9E0615C4F4A7C4D8DAB531B09B6F9C170C533A71D147035B0C591
                    7184EE536593F4414339976C647C5D5A407ADEDB1D560C4FC6777D2972075B8C"""),
    k=number("""359E7F4B1410FEACC570456C6801496946312120B39D019D455986E364F36588
                6748ED7A44B3E794434006011842286212273A6D14CF70EA3AF71BB1AE679F1"""),
    pair=(
        number("""2F86FA60A081091A23DD795E1E3C689EE512A3C82EE0DCC2643C78EEA8FCACD3
                  5492558486B20F1C9EC197C90699850260C93BCBCD9C5C3317E19344E173AE36"""),
        number("""1081B394696FFE8E6585E7A9362D26B6325F56778AADBC081C0BFBE933D52FF5
                  823CE288E8C4F362526080DF7F70CE406A6EEB1F56919CB92A9853BDE73E5B4A"""),
    ),
)


@pytest.mark.parametrize("example", [SHORT, LONG], ids=["256", "512"])
def test_the_examples_of_the_standard(example: Example) -> None:
    curve, group = example.curve, exact(example.curve)
    sums = comb(group, (curve.x, curve.y))
    assert to_affine(group, multiple(group, [example.d], [sums])) == example.public
    assert signed(group, sums, example.alpha, (example.d, example.k)) == example.pair
    combs = [sums, comb(group, example.public)]
    assert stands(group, combs, example.alpha, example.pair)
    assert not stands(group, combs, example.alpha + 1, example.pair)
    assert not stands(group, combs, example.alpha, example.pair[::-1])


@pytest.mark.parametrize("bits", [512, 256])
def test_folding_and_dividing_give_the_same_points(bits: int) -> None:
    group, exactly = FOLDING[bits], exact(FOLDING[bits].curve)
    curve, factor = group.curve, generate(bits).d
    sums = comb(exactly, (curve.x, curve.y))
    assert sums == generator(bits)
    assert to_affine(group, multiple(group, [factor], [sums])) == to_affine(
        exactly, multiple(exactly, [factor], [sums])
    )


@pytest.mark.parametrize("bits", [512, 256])
def test_sums_of_like_and_of_opposite_points_are_right(bits: int) -> None:
    group = FOLDING[bits]
    curve, sums = group.curve, generator(bits)
    once = multiple(group, [1, 1], [sums, sums])
    assert to_affine(group, once) == to_affine(group, multiple(group, [2], [sums]))
    assert to_affine(group, multiple(group, [1, curve.q - 1], [sums, sums])) is None
    assert to_affine(group, multiple(group, [0], [sums])) is None


@pytest.mark.parametrize("bits", [512, 256])
def test_a_key_which_gives_the_point_at_infinity_verifies_nothing(bits: int) -> None:
    """With r = s and the generator itself as the key, the sum of the multiples is nothing."""
    curve = FOLDING[bits].curve
    key, size = GostPublicKey(bits, curve.x, curve.y), curve.size
    half = (5).to_bytes(size, "little")
    assert not PURE.verify(key, half, half + half)


@pytest.mark.parametrize("bits", [512, 256])
def test_a_digest_of_zero_counts_as_one(bits: int) -> None:
    """RFC 7091, 6.1, step 2; multiples of q count as zero."""
    private = generate(bits)
    key, curve = private.public_key(), private.curve
    zero = bytes(curve.size)
    value = PURE.sign(private, zero)
    assert PURE.verify(key, zero, value)
    assert PURE.verify(key, curve.q.to_bytes(curve.size, "little"), value)
    assert PURE.verify(key, (1).to_bytes(curve.size, "little"), value)
    assert not PURE.verify(key, (2).to_bytes(curve.size, "little"), value)


@pytest.mark.parametrize("bits", [512, 256])
def test_values_out_of_range_or_of_another_length_are_no_signature(bits: int) -> None:
    private = generate(bits)
    key, size, q = private.public_key(), private.curve.size, private.curve.q
    digest = PURE.digest(bits, [b"data"])
    value = PURE.sign(private, digest)
    r, s = value[:size], value[size:]
    order, zero = q.to_bytes(size, "little"), bytes(size)
    assert halves(key, digest, value)
    for bad in (r + zero, zero + s, r + order, order + s, value + b"\0", value[:-1], b"", s + r):
        assert not PURE.verify(key, digest, bad)
    for bad in (r + zero, zero + s, r + order, order + s):
        assert halves(key, digest, bad) is None
    assert not PURE.verify(key, digest[:-1], value)
    assert not PURE.verify(key, digest + b"\0", value)


def _alias(value: int, group: CurveGroup) -> int:
    return value + group.curve.q


def test_r_and_s_are_written_in_one_way_only() -> None:
    """With 256 bits there is room for r + q; it is not the same signature written otherwise."""
    private = generate(256)
    digest = PURE.digest(256, [b"data"])
    value, group = PURE.sign(private, digest), FOLDING[256]
    r, s = (int.from_bytes(half, "little") for half in (value[:32], value[32:]))
    for pair in ((_alias(r, group), s), (r, _alias(s, group))):
        other = b"".join(half.to_bytes(32, "little") for half in pair)
        assert not PURE.verify(private.public_key(), digest, other)
