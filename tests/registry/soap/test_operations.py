"""What the Registry tells of itself when it is asked (S216-A3.3, S216-14)."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest

from registry.soap.operations import time_answer
from shared_contracts.astana_time import now
from shared_contracts.messages.time import TimeAnswer, TimeRequest
from shared_contracts.signing.signers import OwnSigner
from shared_contracts.xml import codec, schema
from tests.samples import zone
from tests.story import Story


@pytest.mark.clause("S216-13c", "S216-A3.3")
@pytest.mark.parametrize(
    ("moment", "offset"),
    [
        (datetime(2024, 2, 29, 23, 59, 59, tzinfo=zone(6)), "+06:00"),
        (datetime(2024, 3, 1, 0, 0, tzinfo=zone(5)), "+05:00"),
        (datetime(2026, 11, 23, 5, 0, tzinfo=zone(0)), "+05:00"),
    ],
)
def test_the_time_is_told_with_the_offset_of_astana_at_that_moment(
    shared: Story, moment: datetime, offset: str
) -> None:
    asked = TimeRequest(message_id=uuid4(), client_sent_at=moment)
    shared.clock.frozen = moment
    signer = OwnSigner(shared.pki.signer("registry"), now)  # in force now, not at that moment
    intake = replace(shared.registry.intake, signer=signer)
    told = time_answer(intake, codec.write(asked))
    shared.clock.frozen = None
    answer = codec.read(schema.parse(told), TimeAnswer)
    assert answer.utc_offset == offset
    assert answer.server_sent_at == answer.server_received_at == moment
    assert answer.server_sent_at.isoformat().endswith(offset)
