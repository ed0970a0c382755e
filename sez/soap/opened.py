"""An answer of the Registry as somebody else received it: alone, or in its SOAP message."""

from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.soap.fault import read_fault
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import open_envelope, payload_bytes, payload_of


def receipt_in(data: bytes) -> bytes:
    """The receipt's bytes in a receipt or in the SOAP answer that held it.

    ``NotTheCounterpart`` for a SOAP fault, which answers nothing; ``Unprocessed`` for no XML.
    """
    if codec.local_name(schema.parse(data)) != "Envelope":
        return data
    opened = open_envelope(data, None)
    if fault := read_fault(opened):
        raise NotTheCounterpart(
            f"the message holds no receipt but the fault {fault.code}: {fault.text}"
        )
    return payload_bytes(data, payload_of(opened, "Receipt"))
