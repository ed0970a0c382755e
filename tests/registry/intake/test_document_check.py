"""Documents that are examined together are found as they are one by one."""

from pathlib import Path

import msgspec
import pytest

from registry.intake.document_check import TOGETHER, Numbered, all_proven, proven
from shared_contracts.messages.package import Package
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import open_envelope, payload_of

MESSAGES = sorted((Path(__file__).parents[2] / "golden" / "packages").glob("*/message.xml"))


@pytest.fixture(scope="module")
def listed() -> list[Numbered]:
    """Good documents, and between them what is wrong in every step."""
    bodies = [path.read_bytes() for path in MESSAGES]
    elements = [payload_of(open_envelope(body, None), "Package") for body in bodies]
    good = [record for each in elements for record in codec.read(each, Package).records]
    of_first = good[0].document or b""
    wrong = (
        b"",
        b"not XML",
        of_first.replace(b"<SezCode>", b"<SezCode>-", 1),  # its digest, and its schema
        of_first.replace(b"<Act>", b"<Act >", 1),  # not written plainly
        of_first.replace(b"Act>", b"Axt>"),
        of_first.replace(b"Signature", b"Signatura"),
        b'<Other xmlns="urn:kz:tru-registry:exchange:1"/>',
    )
    bad = [msgspec.structs.replace(good[0], document=data) for data in wrong]
    mixed = [one for pair in zip(good * len(bad), bad, strict=False) for one in pair]
    return [Numbered(number, record, None) for number, record in enumerate(mixed, 1)]


def test_together_they_are_found_as_one_by_one(listed: list[Numbered]) -> None:
    together = [*all_proven(listed)]
    assert together == [proven(*one) for one in listed]
    assert any(one.unreadable for one in together)
    assert any(one.bad_signature for one in together)
    assert any(one.breaches for one in together)
    assert any(one.content and one.signatures for one in together)


def test_no_more_are_examined_at_once_than_fit_into_the_bound(
    listed: list[Numbered], tmp_path: Path
) -> None:
    large = tmp_path / "large"
    large.write_bytes(b"<" * TOGETHER)
    record = listed[0].record
    both = [listed[0], Numbered(2, record, large), listed[0], Numbered(4, record, large)]
    assert [*all_proven(both)] == [proven(*one) for one in both]
