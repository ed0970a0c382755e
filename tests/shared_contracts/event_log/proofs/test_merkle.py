"""Roots and proofs of RFC 9162, against its definition written naively."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_contracts.event_log.proofs.merkle import (
    EMPTY_ROOT,
    CompactRange,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node,
    root,
    verify_consistency,
    verify_inclusion,
)

SIZES = st.integers(min_value=1, max_value=70)


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(size)]


def naive_root(hashes: list[bytes]) -> bytes:
    """MTH(D[n]) as section 2.1.1 defines it."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"").digest()
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return node(naive_root(hashes[:half]), naive_root(hashes[half:]))


def test_roots_of_the_known_test_vectors_of_certificate_transparency() -> None:
    inputs = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]  # fmt: skip
    tree = root([leaf_hash(bytes.fromhex(each)) for each in inputs])
    assert tree.hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert EMPTY_ROOT.hex().startswith("e3b0c44298fc1c14")


@given(SIZES, st.integers(min_value=0, max_value=70))
@settings(deadline=None)
def test_the_root_of_a_growing_log_is_that_of_the_definition(size: int, first: int) -> None:
    hashes = leaves(size)
    grown = CompactRange().extended(hashes[:first]).extended(hashes[first:])
    assert grown.root == naive_root(hashes)
    assert grown.size == size


@given(SIZES, st.data())
@settings(deadline=None)
def test_an_inclusion_proof_holds_for_its_leaf_and_place_only(
    size: int, data: st.DataObject
) -> None:
    hashes, index = leaves(size), data.draw(st.integers(0, size - 1))
    proof, tree = inclusion_proof(hashes, index), root(hashes)
    assert verify_inclusion(hashes[index], index, size, proof, tree)
    assert not verify_inclusion(leaf_hash(b"other"), index, size, proof, tree)
    assert not verify_inclusion(hashes[index], index, size, [*proof, tree], tree)
    if size > 1:
        elsewhere = (index + 1) % size
        assert not verify_inclusion(hashes[index], elsewhere, size, proof, tree)
        assert not verify_inclusion(hashes[index], index, size, proof[:-1], tree)


@given(SIZES, st.data())
@settings(deadline=None)
def test_a_consistency_proof_holds_for_a_true_beginning_only(
    size: int, data: st.DataObject
) -> None:
    hashes, old = leaves(size), data.draw(st.integers(1, size))
    proof, before, after = consistency_proof(hashes, old), root(hashes[:old]), root(hashes)
    assert verify_consistency((old, before), (size, after), proof)
    assert not verify_consistency((old, leaf_hash(b"forged")), (size, after), proof)
    assert not verify_consistency((old, before), (size, leaf_hash(b"forged")), proof)
    assert not verify_consistency((old, before), (size, after), [*proof, before])


def test_what_lies_outside_the_log_has_no_proof() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(leaves(3), 3)
    with pytest.raises(IndexError):
        consistency_proof(leaves(3), 4)
    assert not verify_inclusion(leaf_hash(b""), 3, 3, [], root(leaves(3)))
    assert not verify_consistency((4, EMPTY_ROOT), (3, EMPTY_ROOT), [])
