"""What a system told, compared with its entry in the register and with the contract (S216-11a)."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from registry.drift.difference import DriftKind, SaidOfItself, SeenDifference
from registry.systems.entry import lies_in
from registry.systems.system import SystemRegistered
from shared_contracts.messages.time import Capabilities, Limits
from shared_contracts.messages.versions import FIRST, of_conditions

AT_FIRST: Final = ("GetCapabilities",)
"""What the first contract has called on a system."""

LONGEST: Final = 400
"""Most signs that are kept of what a system told; of longer ones the SHA-256 stands behind."""


@dataclass(frozen=True, slots=True)
class ContractDemands:
    """What the newest contract demands of a system: operations that it serves, bounds it takes."""

    operations: Collection[str]
    limits: Limits


def said_of_itself(told: Capabilities) -> SaidOfItself:
    """What of an answer is kept, to be held against later ones."""
    return SaidOfItself(
        system=told.system,
        schema_sha256=told.schema_sha256,
        object_types=_joined(told.object_types),
    )


def compare(
    entry: SystemRegistered,
    demands: ContractDemands,
    told: Capabilities,
    first: SaidOfItself | None,
) -> Iterator[SeenDifference]:
    """Each difference in what it told; ``first`` is what it told first under this entry.

    Its certificate is judged where the answer is believed.
    """
    yield from _differs("ENVIRONMENT", entry.environment, told.environment)
    versions = sorted({of_conditions(one) for one in entry.conditions})
    yield from _lacks("CONTRACT_VERSIONS", versions, told.contract_versions)
    operations = AT_FIRST if versions == [FIRST] else demands.operations
    yield from _lacks("OPERATIONS", operations, told.operations)
    yield from _limits(demands.limits, told.limits)
    if first is not None:
        yield from _differs("SOFTWARE", _shown(first), _shown(said_of_itself(told)))


def outside(entry: SystemRegistered, addresses: Collection[str]) -> Iterator[SeenDifference]:
    """That its endpoint leads to these addresses, out of the networks on record."""
    others = [one for one in addresses if not lies_in(one, entry.networks)]
    if entry.networks and others:
        fixed, found = ", ".join(entry.networks), _joined(others)
        yield SeenDifference(kind=DriftKind.ADDRESS, fixed=fixed, found=found)


def _differs(kind: str, fixed: str, found: str) -> Iterator[SeenDifference]:
    if fixed != found:
        yield SeenDifference(kind=DriftKind(kind), fixed=fixed, found=found)


def _lacks(kind: str, fixed: Collection[str], found: Collection[str]) -> Iterator[SeenDifference]:
    if not set(fixed) <= set(found):
        yield SeenDifference(kind=DriftKind(kind), fixed=_joined(fixed), found=_joined(found))


def _limits(demanded: Limits, told: Limits) -> Iterator[SeenDifference]:
    """Bounds below those of the contract: what others may send would not be taken."""
    wanted, found = msgspec.structs.asdict(demanded), msgspec.structs.asdict(told)
    lower = [
        name
        for name, least in wanted.items()
        if least is not None and found[name] is not None and found[name] < least
    ]
    if lower:
        yield SeenDifference(
            kind=DriftKind.LIMITS,
            fixed=", ".join(f"{name} {wanted[name]}" for name in lower),
            found=", ".join(f"{name} {found[name]}" for name in lower),
        )


def _shown(said: SaidOfItself) -> str:
    return f"{said.system}; {said.schema_sha256}; {said.object_types}"


def _joined(many: Collection[str]) -> str:
    text = ", ".join(sorted(many))
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}… (SHA-256 {hashlib.sha256(text.encode()).hexdigest()})"
