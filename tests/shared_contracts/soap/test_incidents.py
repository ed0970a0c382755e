"""The number a caller was told is in the journal, and nobody can flood it (S216-18.7)."""

from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from shared_contracts import line_limit
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.soap import incidents
from shared_contracts.soap.incidents import About, Journal
from shared_contracts.soap.peer import Peer

PEER = Peer("192.0.2.1")


@pytest.mark.clause("S216-18.7")
def test_an_incident_stands_in_the_journal_with_its_fault_its_peer_and_its_operation() -> None:
    incident = uuid4()
    with capture_logs() as lines:
        Journal().write(
            incident, Unprocessed(Fault.BUSY, "17 wait"), About(PEER, "TransferRecords")
        )
    assert lines == [
        {
            "event": "not processed",
            "log_level": "info",
            "incident": str(incident),
            "fault": "BUSY",
            "peer": "192.0.2.1",
            "operation": "TransferRecords",
            "detail": "17 wait",
        }
    ]


def test_one_peer_cannot_fill_the_journal_and_what_is_left_out_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal, fault = Journal(), Unprocessed(Fault.NOT_XML, "x" * 10_000)
    with capture_logs() as lines:
        for _ in range(5 * line_limit.LINES):
            journal.write(uuid4(), fault, About(PEER))
        journal.write(uuid4(), fault, About(Peer("192.0.2.2")))
        monkeypatch.setattr(line_limit, "SECONDS", 0)
        journal.write(uuid4(), fault, About(PEER))
    assert len(lines) == line_limit.LINES + 2
    assert max(len(line["detail"]) for line in lines) == 300
    assert [line.get("left_out_before") for line in lines[-2:]] == [None, 4 * line_limit.LINES]


def test_the_tracebacks_of_a_peer_are_fewer_than_its_lines() -> None:
    journal, about = Journal(), About(PEER, "TransferRecords", ZeroDivisionError())
    with capture_logs() as lines:
        for _ in range(line_limit.LINES):
            journal.write(uuid4(), Unprocessed(Fault.INTERNAL_ERROR), about)
    assert sum("exc_info" in line for line in lines) == incidents.TRACEBACKS
    assert len(lines) == line_limit.LINES


def test_peers_are_forgotten_in_the_order_they_were_heard_of() -> None:
    journal = Journal()
    for number in range(line_limit.SOURCES + 50):
        journal.write(uuid4(), Unprocessed(Fault.NOT_XML), About(Peer(f"peer {number}")))
    assert len(journal.limit.spans) == line_limit.SOURCES
