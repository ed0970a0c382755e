"""Proofs as files: what is written is read again, and what is no proof is told by its line."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_contracts.errors import BadInput
from shared_contracts.event_log.proofs.checkpoint import Checkpoint, signed
from shared_contracts.event_log.proofs.proof import ConsistencyProof, InclusionProof, read_proof
from tests.shared_contracts.event_log.proofs.test_checkpoint import NAME, Key

NOTE = signed(Checkpoint(NAME, 17, bytes(32)), Key().note)
HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=126).map(tuple)
ONE = b64encode(bytes(32)).decode()


@given(st.integers(0, 2**63 - 1), HASHES)
def test_what_is_written_is_read_again(number: int, hashes: tuple[bytes, ...]) -> None:
    for made in (InclusionProof(number, hashes, NOTE), ConsistencyProof(number, hashes, NOTE)):
        assert read_proof(made.text) == made


def test_the_files_have_the_forms_of_c2sp() -> None:
    inclusion = InclusionProof(3, (bytes(32),), NOTE).text
    assert inclusion == f"c2sp.org/tlog-proof@v1\nindex 3\n{ONE}\n\n{NOTE}"
    assert ConsistencyProof(3, (bytes(32),), NOTE).text == f"old 3\n{ONE}\n\n{NOTE}"
    extra = inclusion.replace("index 3", f"extra {ONE}\nindex 3")
    assert read_proof(extra) == InclusionProof(3, (bytes(32),), NOTE)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a blank line and a checkpoint"),
        ("old 3\n\nnothing", "a note is"),
        (f"new 3\n\n{NOTE}", "begins with"),
        (f"old 03\n\n{NOTE}", "with a number is wanted"),
        (f"old -3\n\n{NOTE}", "with a number is wanted"),
        (f"c2sp.org/tlog-proof@v1\n\n{NOTE}", "in a line 'index NUMBER'"),
        (f"c2sp.org/tlog-proof@v1\n{ONE}\n\n{NOTE}", "with a number is wanted"),
        (f"old 3\nAAAA\n\n{NOTE}", "is no hash: 3 bytes"),
        (f"old 3\n?\n\n{NOTE}", "not base64"),
        (f"old 3\n{chr(10).join([ONE] * 127)}\n\n{NOTE}", "127 hashes"),
    ],
)
def test_what_is_no_proof_is_told_by_its_line(text: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        read_proof(text)
