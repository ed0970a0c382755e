"""The next version of a programme: which document, after which history (S216-9.8)."""

from typing import TypeAlias

from sez.programmes.programme import State
from sez.records import kind
from sez.records.chain import VersionChain
from shared_contracts.messages.document import Operation
from shared_contracts.messages.programme import PROGRAMME, Programme

Maker: TypeAlias = kind.Maker[State]
"""Makes the next document of a programme from where it stands."""


CHAIN = VersionChain(PROGRAMME)
act, deletion = CHAIN.act, CHAIN.deletion


def loading(programme: Programme) -> Maker:
    """The programme as its first version."""
    return CHAIN.whole(programme, Operation.CREATE)


def change(programme: Programme, reason: str) -> Maker:
    """The whole programme as it shall stand."""
    return CHAIN.whole(programme, Operation.UPDATE, reason)
