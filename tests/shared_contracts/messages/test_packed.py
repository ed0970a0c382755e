"""Records of an audit travel packed, and are what they were (S216-12a)."""

import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_contracts.astana_time import now
from shared_contracts.errors import BadInput
from shared_contracts.limits import DOCUMENT_BYTES
from shared_contracts.messages.audited_object import SignedRecord
from shared_contracts.messages.package import FormedBy
from shared_contracts.messages.packed import packed, unpacked
from shared_contracts.xml import codec
from tests.documents import golden

RECORD = SignedRecord(
    version=1,
    position=1,
    formed_at=now(),
    formed_by=FormedBy(name="Бекова А. М."),
    document_hash="a" * 64,
)
TEXT = codec.to_bytes(golden("Purchase"))


def record(document: bytes | None, as_recorded: bytes | None) -> SignedRecord:
    """A record with these bytes."""
    return msgspec.structs.replace(RECORD, document=document, as_recorded=as_recorded)


@given(st.none() | st.binary(), st.none() | st.binary())
def test_whatever_was_packed_is_what_it_was(document: bytes | None, said: bytes | None) -> None:
    one = record(document, said)
    assert unpacked(packed(one)) == one


@pytest.mark.clause("S216-12a")
def test_the_document_of_the_event_costs_next_to_nothing_beside_the_bytes_it_is_told_against() -> (
    None
):
    one = packed(record(TEXT, TEXT.replace(b"EA-2026", b"EA-2027")))
    assert len(one.document or b"") < len(TEXT) / 2
    assert len(one.as_recorded or b"") < 100


SWOLLEN = zlib.compress(b" " * (DOCUMENT_BYTES + 1))
BAD = {
    "no zlib": (TEXT, None),
    "cut": (zlib.compress(TEXT)[:-1], None),
    "followed": (zlib.compress(TEXT) + b"x", None),
    "larger than a document": (SWOLLEN, None),
    "another dictionary": (zlib.compress(b"other"), packed(record(TEXT, TEXT)).as_recorded),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_unpacked_is_refused(case: str) -> None:
    with pytest.raises(BadInput, match="a packed document"):
        unpacked(msgspec.structs.replace(record(*BAD[case]), packed=True))
