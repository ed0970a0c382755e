"""The tree of checksums: one root for the same objects, however they came (S216-9.7)."""

from hashlib import sha256
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared_contracts.event_log.checksums.tree import (
    CHILDLESS,
    DEPTH,
    EMPTY,
    Checksum,
    ancestors,
    bucket_hash,
    changed_nodes,
    child,
    differing,
    node_hash,
    place,
    whole_tree,
)
from tests.clauses import clause

CHECKSUMS = st.builds(
    Checksum,
    st.uuids(),
    st.integers(min_value=1, max_value=2**62),
    st.binary(min_size=32, max_size=32),
)
OBJECTS = st.lists(CHECKSUMS, unique_by=lambda one: one.object_id, max_size=40)


def kept(objects: dict[UUID, Checksum], at: str) -> bytes:
    """The hash of a bucket by all objects there are."""
    return bucket_hash(one for one in objects.values() if place(one.object_id) == at)


@clause("S216-9.7")
@given(
    st.lists(st.tuples(CHECKSUMS, st.booleans()), max_size=40),
    st.lists(st.uuids(), min_size=1, max_size=4),
)
def test_a_tree_that_is_kept_up_to_date_equals_the_one_made_from_scratch(
    changes: list[tuple[Checksum, bool]], ids: list[UUID]
) -> None:
    objects: dict[UUID, Checksum] = {}
    nodes: dict[str, bytes] = {}
    for number, (change, goes) in enumerate(changes):
        one = Checksum(ids[number % len(ids)], change.version, change.document_hash)
        objects[one.object_id] = one
        if goes:
            del objects[one.object_id]
        at = place(one.object_id)
        nodes |= changed_nodes({at: kept(objects, at)}, nodes)
        nodes = {prefix: found for prefix, found in nodes.items() if found != CHILDLESS}
        assert nodes == whole_tree(objects.values())


@given(OBJECTS, st.randoms(use_true_random=False))
def test_the_order_in_which_objects_came_changes_no_root(
    objects: list[Checksum], by: object
) -> None:
    turned = [*objects]
    by.shuffle(turned)  # type: ignore[attr-defined]
    assert whole_tree(turned) == whole_tree(objects)


@given(OBJECTS, CHECKSUMS)
def test_the_way_down_leads_to_what_differs_and_to_nothing_else(
    objects: list[Checksum], other: Checksum
) -> None:
    ours = whole_tree(objects)
    rest = [one for one in objects if one.object_id != other.object_id]
    theirs = whole_tree([*rest, other])
    prefixes = [""]
    for _ in range(DEPTH):
        prefixes = [
            found
            for prefix in prefixes
            for found in differing(
                prefix, ours.get(prefix, CHILDLESS), theirs.get(prefix, CHILDLESS)
            )
        ]
    assert prefixes == ([] if other in objects else [place(other.object_id)])


def test_the_rule_is_fixed_to_the_byte() -> None:
    one = Checksum(UUID("01890a5d-ac96-774b-bcce-b302099a8057"), 2, bytes(range(32)))
    assert place(one.object_id) == sha256(one.object_id.bytes).hexdigest()[:4]
    bucket = sha256(
        bytes(33) + one.object_id.bytes + bytes(7) + b"\x02" + bytes(range(32))
    ).digest()
    assert bucket_hash([one]) == bucket
    tree, made = whole_tree([one]), bucket
    for length in reversed(range(DEPTH)):
        prefix, digit = place(one.object_id)[:length], place(one.object_id)[length]
        assert child(tree[prefix], digit) == made
        made = sha256(b"\x01" + tree[prefix]).digest()
    assert node_hash(tree[""]) == made
    assert made.hex() == VECTOR
    assert node_hash(CHILDLESS) == bucket_hash([]) == EMPTY
    assert ancestors(["12ab"]) == {"", "1", "12", "12a"}


VECTOR = "26389443381b390b7d43ad1dcf792fec7428a21e9f4a1550c1a6eaeeafea49dc"
"""The root over this one object, as docs/checksums.md tells it."""
