"""Roots and proofs of RFC 9162, against its definition written naively."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_contracts.event_log.proofs.merkle import (
    EMPTY_ROOT,
    CompactRange,
    Subtree,
    leaf_hash,
    node,
    root,
    verify_consistency,
    verify_inclusion,
)
from shared_contracts.event_log.proofs.paths import (
    Cover,
    consistency_path,
    hashed,
    inclusion_path,
    is_kept,
    wanted,
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


def naive_inclusion(index: int, hashes: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]) as section 2.1.3.1 defines it."""
    if len(hashes) == 1:
        return []
    k = 1 << ((len(hashes) - 1).bit_length() - 1)
    if index < k:
        return [*naive_inclusion(index, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_inclusion(index - k, hashes[k:]), naive_root(hashes[:k])]


def naive_consistency(old: int, hashes: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF(m, D[n], b) as section 2.1.4.1 defines it."""
    if old == len(hashes):
        return [] if whole else [naive_root(hashes)]
    k = 1 << ((len(hashes) - 1).bit_length() - 1)
    if old <= k:
        return [*naive_consistency(old, hashes[:k], whole=whole), naive_root(hashes[k:])]
    return [*naive_consistency(old - k, hashes[k:], whole=False), naive_root(hashes[:k])]


def kept(hashes: list[bytes]) -> dict[Subtree, bytes]:
    """What a log of these leaves keeps."""
    found = {Subtree(0, index): each for index, each in enumerate(hashes)}

    def whole(subtree: Subtree, hashed: bytes) -> None:
        if is_kept(subtree):
            found[subtree] = hashed

    CompactRange().extended(hashes, whole)
    return found


def proof(path: list[Cover], hashes: list[bytes]) -> list[bytes]:
    """The proof along a path, from what is kept alone."""
    known = kept(hashes)
    return [hashed(cover, known.__getitem__) for cover in path]


def inclusion_proof(hashes: list[bytes], index: int) -> list[bytes]:
    return proof(inclusion_path(index, len(hashes)), hashes)


def consistency_proof(hashes: list[bytes], old: int) -> list[bytes]:
    return proof(consistency_path(old, len(hashes)), hashes)


# The vectors by which implementations of RFC 6962 are held against one another
# (certificate-transparency, cpp/merkletree/merkle_tree_test.cc).
KNOWN_INPUTS = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
KNOWN_LEAVES = [leaf_hash(bytes.fromhex(each)) for each in KNOWN_INPUTS]
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEFT_LEAF = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
SECOND_PAIR = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
SECOND_HALF = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
FIFTH_LEAF = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
LAST_PAIR = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
THIRD_PAIR = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
KNOWN_INCLUSIONS = {
    (0, 1): [],
    (0, 8): [LEFT_LEAF, SECOND_PAIR, SECOND_HALF],
    (5, 8): [FIFTH_LEAF, LAST_PAIR, KNOWN_ROOTS[3]],
    (2, 3): [KNOWN_ROOTS[1]],
    (1, 5): [KNOWN_ROOTS[0], SECOND_PAIR, FIFTH_LEAF],
}
KNOWN_CONSISTENCIES: dict[tuple[int, int], list[str]] = {
    (1, 1): [],
    (1, 8): [LEFT_LEAF, SECOND_PAIR, SECOND_HALF],
    (6, 8): [THIRD_PAIR, LAST_PAIR, KNOWN_ROOTS[3]],
    (2, 5): [SECOND_PAIR, FIFTH_LEAF],
}


def test_roots_of_the_known_test_vectors_of_certificate_transparency() -> None:
    roots = [root(KNOWN_LEAVES[:size]).hex() for size in range(1, 9)]
    assert roots == KNOWN_ROOTS
    assert EMPTY_ROOT.hex().startswith("e3b0c44298fc1c14")


@pytest.mark.parametrize(("index", "size"), KNOWN_INCLUSIONS)
def test_inclusion_proofs_of_the_known_vectors(index: int, size: int) -> None:
    found = inclusion_proof(KNOWN_LEAVES[:size], index)
    assert [each.hex() for each in found] == KNOWN_INCLUSIONS[index, size]
    tree = bytes.fromhex(KNOWN_ROOTS[size - 1])
    assert verify_inclusion(KNOWN_LEAVES[index], index, size, found, tree)


@pytest.mark.parametrize(("old", "size"), KNOWN_CONSISTENCIES)
def test_consistency_proofs_of_the_known_vectors(old: int, size: int) -> None:
    found = consistency_proof(KNOWN_LEAVES[:size], old)
    assert [each.hex() for each in found] == KNOWN_CONSISTENCIES[old, size]
    before, after = (bytes.fromhex(KNOWN_ROOTS[each - 1]) for each in (old, size))
    assert verify_consistency((old, before), (size, after), found)


@given(st.integers(min_value=1, max_value=700), st.data())
@settings(deadline=None, max_examples=60)
def test_proofs_from_what_is_kept_are_those_of_the_definition(
    size: int, data: st.DataObject
) -> None:
    hashes, number = leaves(size), data.draw(st.integers(1, size))
    assert inclusion_proof(hashes, number - 1) == naive_inclusion(number - 1, hashes)
    assert consistency_proof(hashes, number) == naive_consistency(number, hashes)


@given(st.integers(min_value=1, max_value=2**40), st.data())
@settings(deadline=None)
def test_what_a_proof_reads_is_bounded_by_the_logarithm(size: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, size))
    for path in (inclusion_path(number - 1, size), consistency_path(number, size)):
        assert len(wanted(path)) <= 8 * size.bit_length()


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
    found, tree = inclusion_proof(hashes, index), root(hashes)
    assert verify_inclusion(hashes[index], index, size, found, tree)
    assert not verify_inclusion(leaf_hash(b"other"), index, size, found, tree)
    assert not verify_inclusion(hashes[index], index, size, [*found, tree], tree)
    if size > 1:
        elsewhere = (index + 1) % size
        assert not verify_inclusion(hashes[index], elsewhere, size, found, tree)
        assert not verify_inclusion(hashes[index], index, size, found[:-1], tree)


@given(SIZES, st.data())
@settings(deadline=None)
def test_a_consistency_proof_holds_for_a_true_beginning_only(
    size: int, data: st.DataObject
) -> None:
    hashes, old = leaves(size), data.draw(st.integers(1, size))
    found, before, after = consistency_proof(hashes, old), root(hashes[:old]), root(hashes)
    assert verify_consistency((old, before), (size, after), found)
    assert not verify_consistency((old, leaf_hash(b"forged")), (size, after), found)
    assert not verify_consistency((old, before), (size, leaf_hash(b"forged")), found)
    assert not verify_consistency((old, before), (size, after), [*found, before])


def test_what_lies_outside_the_log_has_no_proof() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(leaves(3), 3)
    with pytest.raises(IndexError):
        consistency_proof(leaves(3), 4)
    assert not verify_inclusion(leaf_hash(b""), 3, 3, [], root(leaves(3)))
    assert not verify_consistency((4, EMPTY_ROOT), (3, EMPTY_ROOT), [])
