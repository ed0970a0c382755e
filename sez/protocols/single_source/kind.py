"""Protocols of purchases from a single source as a kind of record in the SEZ."""

from sez.protocols.kinds import ProtocolKind, kind
from sez.protocols.single_source.event import EVENTS, State
from shared_contracts.messages.protocol import SINGLE_SOURCE_PROTOCOL

KIND: ProtocolKind = kind(SINGLE_SOURCE_PROTOCOL, EVENTS, State)
"""The kind SINGLE_SOURCE_PROTOCOL."""
