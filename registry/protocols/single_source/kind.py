"""Protocols of purchases from a single source as a kind of record in the Registry."""

from registry.protocols.kinds import ProtocolKind, kind
from registry.protocols.single_source.event import SingleSourceProtocolRecorded
from shared_contracts.messages.protocol import SINGLE_SOURCE_PROTOCOL

KIND: ProtocolKind = kind(SINGLE_SOURCE_PROTOCOL, SingleSourceProtocolRecorded)
"""The kind SINGLE_SOURCE_PROTOCOL."""
