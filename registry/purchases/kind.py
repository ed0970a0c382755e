"""Purchases as a kind of record in the Registry."""

from registry.purchases import listing, purchase
from registry.purchases.rules.examine import examine_state
from registry.purchases.rules.standing import RecordedPurchase
from registry.records.kind import RegistryKind
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.messages.purchase import PURCHASE

OBJECTS: ObjectKind[purchase.State] = ObjectKind(
    PURCHASE, purchase.UnknownPurchase(), purchase.evolve, purchase.State, purchase.is_partial
)
"""Purchases, by the id their SEZ gave them."""

KIND: RegistryKind[purchase.State, purchase.PurchaseOnRecord, RecordedPurchase] = RegistryKind(
    objects=OBJECTS,
    decide=purchase.decide,
    examine=examine_state,
    signed_for=lambda known: known.buyers,
    prepare=listing.prepare,
    apply=listing.apply,
    schema=listing.SCHEMA,
    tables={"purchases": ("registry_id",)},
)
"""The kind PURCHASE."""
