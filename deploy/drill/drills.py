"""The drills: what is done to a store, on which sides, and whose words name it."""

from dataclasses import dataclass

from deploy.drill import damages, rewritings, tree_damages
from deploy.drill.damages import Damage
from deploy.drill.sides import SIDES, Side


@dataclass(frozen=True, slots=True)
class Drill:
    """One tampering by its name; ``from_backup`` begins with the old backup of the side.

    ``proves_nothing`` is why no audit has to find it, where that is so.
    """

    name: str
    damage: Damage
    sides: tuple[Side, ...] = SIDES
    from_backup: bool = False
    proves_nothing: str = ""


DRILLS = (
    Drill("nothing is changed", damages.nothing_done, proves_nothing="nothing was done"),
    Drill("a listing row changed", damages.listing_row),
    Drill("a node of the trees of checksums changed", tree_damages.tree_node, sides=("sez",)),
    Drill("an event changed", damages.event),
    Drill("an event and its leaf changed", damages.event_with_leaf),
    Drill("an evidence byte changed", damages.evidence_byte),
    Drill("an evidence byte and its hash changed", damages.evidence_with_hash),
    Drill("a property changed, and the hashes beside it", damages.property_and_hashes),
    Drill("the newest events deleted", damages.newest_deleted),
    Drill("the newest events deleted, all fitted and signed", rewritings.newest_cut),
    Drill("events deleted that the other side had proven, all fitted", rewritings.cut_below),
    Drill("an event inserted in the past", damages.inserted),
    Drill("an event inserted in the past, all fitted and signed", rewritings.inserted_and_signed),
    Drill("two events swapped", damages.two_swapped),
    Drill("two events swapped, all fitted and signed", rewritings.swapped_and_signed),
    Drill("an old backup restored", rewritings.restored, from_backup=True),
    Drill("the clock turned back", damages.clock_turned_back),
    Drill("the chain rewritten from an event on, without the key", rewritings.rewritten),
    Drill("the chain rewritten from an event on, with the key", rewritings.rewritten_and_signed),
    Drill("a package deleted", damages.package_gone),
    Drill("a package with all that came of it deleted, all fitted", rewritings.exchange_deleted),
    Drill("a receipt deleted", damages.receipt_gone),
    Drill("a checkpoint deleted that the other side saw", damages.seen_checkpoint_gone),
    Drill(
        "the newest checkpoint deleted",
        damages.newest_checkpoint_gone,
        proves_nothing="nobody had seen it: the log is what it was, and the next start signs it",
    ),
    Drill("the checkpoint of the empty log deleted", damages.first_checkpoint_gone),
    Drill("the signature of a checkpoint replaced", damages.signature_replaced),
)
"""In the order of the table."""
