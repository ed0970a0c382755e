"""The next version of a programme: which document, after which history (S216-9.8)."""

from typing import TypeAlias
from uuid import UUID

import msgspec

from sez.programmes.programme import State
from sez.records import kind
from sez.records.chain import VersionChain
from sez.records.owner import Owner
from shared_contracts.messages.document import Operation
from shared_contracts.messages.programme import PROGRAMME, Programme

Maker: TypeAlias = kind.Maker[State]
"""Makes the next document of a programme from where it stands."""


CHAIN = VersionChain(PROGRAMME)
act, deletion = CHAIN.act, CHAIN.deletion


def loading(programme: Programme) -> Maker:
    """The programme as its first version."""

    def make(owner: Owner, object_id: UUID, known: State) -> Programme:
        first = act(owner, object_id, known, Operation.CREATE)
        return msgspec.structs.replace(programme, act=first)

    return make


def change(programme: Programme, reason: str) -> Maker:
    """The whole programme as it shall stand."""

    def make(owner: Owner, object_id: UUID, known: State) -> Programme:
        following = act(owner, object_id, known, Operation.UPDATE, reason)
        return msgspec.structs.replace(programme, act=following)

    return make
