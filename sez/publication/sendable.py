"""Can a signed document be sent at all? Asked before it counts as formed (S216-18.3, S216-A2.1.4).

What no package can carry would wait for ever while the hour runs.
"""

from uuid import UUID

from sez.records.version import Publish
from shared_contracts.faults import Breach
from shared_contracts.messages.package import (
    FileRef,
    Package,
    Record,
    RecordHeader,
)
from shared_contracts.messages.versions import of_conditions
from shared_contracts.xml import codec, schema

_HEADER = "/Package/Records/Record[1]/Header"


def unsendable(command: Publish, size: int) -> list[Breach]:
    """Why no package can carry a document of ``size`` bytes; empty if one can."""
    try:
        element = codec.write(_trial(command, size), root_id="trial")
    except ValueError:  # signs that no XML can hold, as a certificate may bear them
        words = {"facet": "signs"}
        return [Breach("F-XSD-1", f"{_HEADER}/FormedBy", None, words)]
    return [
        Breach("F-XSD-1", breach.path, breach.value, breach.parameters)
        for breach in schema.validate(element, "F-XSD-1")
        if breach.path.startswith(_HEADER)
    ]


def _trial(command: Publish, size: int) -> Package:
    """A package of this record alone, never signed: its schema is asked, not its signature."""
    act = command.document.act
    header = RecordHeader(
        object_type=act.object_type,
        object_id=act.object_id,
        version=act.version,
        formed_at=command.formed_at,
        formed_by=command.formed_by,
        document_hash=command.document_hash,
    )
    document = FileRef(sha256=command.document_hash, size=size)
    return Package(
        message_id=UUID(int=0),
        sez_code=act.sez_code,
        environment=act.environment,
        sequence=1,
        created_at=command.formed_at,
        contract_version=of_conditions(act.conditions_version),
        record_count=1,
        records=(Record(header=header, file_ref=document),),
    )
