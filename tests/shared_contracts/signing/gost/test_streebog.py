"""Streebog: the RFC's examples, any cut into pieces, and another implementation."""

import pytest
from gostcrypto import gosthash  # type: ignore[import-untyped]  # it has no stubs
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_contracts.signing.gost.streebog import BLOCK, Streebog
from shared_contracts.signing.gost.streebog_tables import CONSTANTS, SUBSTITUTION

FIRST = b"012345678901234567890123456789012345678901234567890123456789012"
SECOND = "Се ветри, Стрибожи внуци, веютъ с моря стрелами на храбрыя плъкы Игоревы".encode("cp1251")

# RFC 6986, 10.1 and 10.2: the RFC prints the numbers, highest octet first.
EXAMPLES = [
    (
        FIRST,
        512,
        "486f64c1917879417fef082b3381a4e211c324f074654c38823a7b76f830ad00"
        "fa1fbae42b1285c0352f227524bc9ab16254288dd6863dccd5b9f54a1ad0541b",
    ),
    (FIRST, 256, "00557be5e584fd52a449b16b0251d05d27f94ab76cbaa6da890b59d8ef1e159d"),
    (
        SECOND,
        512,
        "28fbc9bada033b1460642bdcddb90c3fb3e56c497ccd0f62b8a2ad4935e85f03"
        "7613966de4ee00531ae60f3b5a47f8dae06915d5f2f194996fcabf2622e6881e",
    ),
    (SECOND, 256, "508f7e553c06501d749a66fc28c6cac0b005746d97537fa85d9e40904efed29d"),
]

pieces = st.lists(st.binary(max_size=3 * BLOCK), max_size=6)
lengths = st.sampled_from([256, 512])


@pytest.mark.parametrize(("message", "bits", "number"), EXAMPLES)
def test_the_examples_of_the_rfc(message: bytes, bits: int, number: str) -> None:
    assert Streebog(bits, message).digest()[::-1].hex() == number


def test_the_tables_are_permutations_of_what_they_replace() -> None:
    assert sorted(SUBSTITUTION) == list(range(256))
    assert len(set(CONSTANTS)) == 12


@settings(max_examples=80, deadline=None)
@given(pieces, lengths)
def test_a_digest_does_not_depend_on_how_the_data_is_cut(cut: list[bytes], bits: int) -> None:
    running = Streebog(bits)
    for piece in cut:
        running.update(memoryview(piece))
    assert running.digest() == Streebog(bits, b"".join(cut)).digest()


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=5 * BLOCK), lengths)
def test_another_implementation_agrees(data: bytes, bits: int) -> None:
    theirs = gosthash.new(f"streebog{bits}", data=bytearray(data))
    assert Streebog(bits, data).digest() == bytes(theirs.digest())


@pytest.mark.parametrize("length", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 8 * BLOCK])
def test_sums_carry_over_block_by_block(length: int) -> None:
    data = b"\xff" * length
    theirs = gosthash.new("streebog512", data=bytearray(data))
    assert Streebog(512, data).digest() == bytes(theirs.digest())


def test_asking_for_the_digest_changes_nothing() -> None:
    running = Streebog(512, FIRST[:10])
    assert running.digest() == running.digest()
    assert running.hexdigest() == running.digest().hex()
    running.update(FIRST[10:])
    assert running.digest() == Streebog(512, FIRST).digest()


def test_a_copy_goes_its_own_way() -> None:
    first = Streebog(256, FIRST[:10])
    second = first.copy()
    first.update(b"other")
    second.update(FIRST[10:])
    assert second.digest() == Streebog(256, FIRST).digest()
    assert first.digest() == Streebog(256, FIRST[:10] + b"other").digest()
    assert (second.name, second.digest_size, second.block_size) == ("streebog256", 32, 64)


def test_there_are_two_lengths_of_streebog() -> None:
    with pytest.raises(ValueError, match="384"):
        Streebog(384)
