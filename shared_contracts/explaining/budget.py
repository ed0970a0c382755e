"""How much work a file may ask for before its signatures are proven."""

from collections.abc import Iterator
from pathlib import Path

from shared_contracts.explaining.wording import Unusable
from shared_contracts.faults import Unprocessed
from shared_contracts.messages.tags import qualified
from shared_contracts.signing import proof_cost
from shared_contracts.xml import schema
from shared_contracts.xml.values import reader

_read_base64 = reader(bytes)


def check_work(data: bytes, path: Path) -> None:
    """Unusable if the signatures in a file ask for more work than those of a message may.

    Octets times signatures are counted, by algorithm, also those of documents within a package;
    nothing is proven yet.
    """
    work = proof_cost.of_document(data)
    for document in _documents(data):
        work += proof_cost.of_document(document)
        if work > proof_cost.MOST:
            break
    if work > proof_cost.MOST:
        raise Unusable("WORK", path, work, str(proof_cost.MOST))


def _documents(data: bytes) -> Iterator[bytes]:
    """Whatever a record may carry, wherever it stands; what cannot be read is no work."""
    try:
        root = schema.parse(data)
    except Unprocessed:
        return
    for element in root.iter(qualified("Bytes")):
        try:
            yield _read_base64(element.text or "")
        except ValueError:
            continue
