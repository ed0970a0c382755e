"""A message as received, opened again: evidence shows what it held."""

from shared_contracts.messages.package import Package
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import open_envelope, payload_of


def documents_in(body: bytes) -> list[bytes]:
    """The business documents in a transferred message, in the order of its records.

    Those that came as files beside it are empty here.
    """
    package = codec.read(payload_of(open_envelope(body, None), "Package"), Package)
    return [record.document or b"" for record in package.records]
