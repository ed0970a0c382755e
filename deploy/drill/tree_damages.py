"""What an administrator does to the trees of checksums of a SEZ."""

from deploy.drill.hand import Hand
from deploy.drill.wanted import REPLAY, STORE, TREE, Expected, names


def tree_node(hand: Hand) -> Expected:
    """A hash at the root of the SEZ's tree of checksums is changed, and nothing under it."""
    digit = hand.one(
        "SELECT min(prefix) FROM views.checksum_nodes "
        "WHERE object_type = 'PURCHASE' AND length(prefix) = 1"
    )
    at = 32 * int(digit, 16)
    hand.run(
        "UPDATE views.checksum_nodes SET children = "
        "set_byte(children, %s, get_byte(children, %s) # 1) "
        "WHERE object_type = 'PURCHASE' AND prefix = ''",
        at,
        at,
    )
    # Depth LIVE makes the tree anew from the rows, so that it finds nothing: no row was touched.
    return {
        STORE: names("view checksum_nodes children"),
        REPLAY: names("views.checksum_nodes children"),
        TREE: names(f"TREE_BROKEN {digit} None"),
    }
