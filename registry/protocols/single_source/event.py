"""What can happen to a protocol of a purchase from a single source."""

from registry.protocols.protocol import ProtocolRecorded
from shared_contracts.event_log.event import topic
from shared_contracts.messages.protocol import SingleSourceProtocol


@topic("single-source-protocol-recorded.1")
class SingleSourceProtocolRecorded(ProtocolRecorded, frozen=True, kw_only=True):
    """A purchase from a single source was concluded, or its protocol amended (S216-9.3)."""

    document: SingleSourceProtocol
