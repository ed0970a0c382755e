"""A notice goes from the Registry to a SEZ over real sockets, whatever happens on the way."""

import hashlib
import time
from contextlib import closing

import msgspec
import pytest
from fastapi import Response

from registry.app import open_registry
from registry.notices.notice import NoticeStopped
from sez.app import open_system
from shared_contracts.faults import Fault
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.messages.notice import Notice, NoticeTaken
from shared_contracts.signing.sign import sign_message
from shared_contracts.soap.services import SEZ
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope, payload_of
from tests.clauses import clause
from tests.on_demand import sez_app
from tests.serving import serving
from tests.sez.link import Letter, answer_lost, never_arrives, refuses, replaced
from tests.sez.notices.conftest import INFO, Told
from tests.sez.systems import ENTRY


@clause("S216-A2.5.0", "S216-A2.5.1", "S216-A2.5.2", "S216-A3.5b", "S216-13b", "S216-14")
def test_a_mailing_is_formed_taken_and_acknowledged_and_both_keep_its_bytes(told: Told) -> None:
    notice_id = told.send()
    assert told.state(notice_id).status == "QUEUED"
    told.deliver(notice_id)
    [kept] = told.received()
    state = told.state(notice_id)
    assert kept.notice == state.notice
    assert kept.notice_sha256 == state.notice_sha256
    assert told.events(notice_id) == ["notice-formed.1", "notice-delivered.1"]
    with told.systems.program() as program, told.keeper() as registry:
        [row] = program.get("/api/v1/notices").json()
        assert (row["kind"], row["title"]) == ("INFO", "Новости Реестра")
        for name in ("notice", "acknowledgement"):
            ours = program.get(f"/api/v1/notices/{notice_id}/{name}").content
            theirs = registry.get(f"/api/v1/notices/SEZ01/{notice_id}/{name}").content
            assert ours == theirs
            assert str(notice_id).encode() in ours
        notice = registry.get(f"/api/v1/notices/SEZ01/{notice_id}/notice").content
        assert hashlib.sha256(notice).hexdigest() == row["notice_sha256"]


@clause("S216-18.7", "S216-A2.5.1")
def test_a_notice_cut_on_the_line_is_tried_again_with_growing_pauses(told: Told) -> None:
    told.link.accidents.extend([never_arrives, never_arrives])
    notice_id = told.send()
    told.deliver(notice_id)
    assert told.state(notice_id).attempts == 3
    assert told.events(notice_id)[1:3] == ["notice-not-delivered.1"] * 2
    assert len(told.received()) == 1


@clause("S216-18.7", "S216-13b")
def test_a_notice_whose_answer_was_lost_after_the_commit_is_kept_once(told: Told) -> None:
    told.link.accidents.append(answer_lost)
    notice_id = told.send()
    told.deliver(notice_id)
    assert (len(told.calls), len(told.received())) == (2, 1)
    assert told.state(notice_id).attempts == 2


@clause("S216-13b")
def test_a_notice_that_comes_twice_is_given_the_same_acknowledgement(told: Told) -> None:
    twice = []

    def doubled(letter: Letter) -> Response:
        twice.extend([letter.deliver().body, (last := letter.deliver()).body])
        return last

    told.link.accidents.append(doubled)
    told.deliver(told.send())
    assert twice[0] == twice[1]
    assert len(told.received()) == 1


@clause("S216-18.7", "S216-A2.5.1")
def test_a_sez_that_was_away_is_told_when_it_is_back_and_holds_up_nobody(told: Told) -> None:
    other = msgspec.structs.replace(ENTRY, code="SEZ02", endpoint="http://127.0.0.1:9")
    told.systems.registry.register.add(other)
    told.link.cut = True
    first, second = told.send(), told.send()
    told.mail_until(lambda: told.state(first).attempts > 1)
    told.link.cut = False
    told.deliver(first)
    told.deliver(second)
    assert told.state(first, "SEZ02").status in {"QUEUED", "SENT"}
    assert told.systems.registry.mailing.queue.by_status()["SENT"] >= 1


@clause("S216-A2.5.1")
def test_a_system_without_an_endpoint_is_told_once_it_has_one(told: Told) -> None:
    endpoint = told.systems.registry.register.known["SEZ01"].entry.endpoint
    told.systems.registry.register.add(ENTRY)
    notice_id = told.send()
    assert told.systems.registry.mailing.step() == 0
    told.systems.registry.register.add(msgspec.structs.replace(ENTRY, endpoint=endpoint))
    told.deliver(notice_id)


@clause("S216-A2.5.1", "S216-18.7")
def test_what_was_not_delivered_waits_also_when_the_registry_was_begun_anew(told: Told) -> None:
    told.link.cut = True
    notice_id = told.send()
    told.systems.registry.mailing.step()
    told.systems.registry.close()
    told.systems.registry = open_registry(told.systems.registry.settings)
    told.link.cut = False
    with closing(told.systems.registry):
        told.deliver(notice_id)
        assert told.state(notice_id).attempts > 1
    assert len(told.received()) == 1


@clause("S216-A2.5.1")
def test_a_refused_notice_is_believed_after_three_times_and_left_to_a_person(told: Told) -> None:
    told.link.accidents.extend([refuses(Fault.NOTICE_REFUSED)] * 3)
    notice_id = told.send()
    told.mail_until(lambda: told.state(notice_id).status == "FAILED")
    assert (told.state(notice_id).attempts, told.state(notice_id).reason) == (3, "NOTICE_REFUSED")
    time.sleep(0.5)
    assert told.systems.registry.mailing.step() == 0
    with told.keeper() as registry:
        path = f"/api/v1/notices/SEZ01/{notice_id}"
        assert (
            registry.post(f"{path}/stop", json={"reason": "закрыта"}).json()["status"] == "STOPPED"
        )
        assert told.systems.registry.mailing.step() == 0
        assert registry.post(f"{path}/retry").json()["status"] == "SENT"
    told.deliver(notice_id)


def notice(told: Told, **changes: object) -> Notice:
    """A notice as the Registry would form it."""
    known = Notice(
        notice_id=uuid7(),
        environment=Environment.STAND,
        sez_code="SEZ01",
        kind=INFO.kind,
        subject=INFO.subject,
        body=INFO.body,
        formed_at=told.systems.watch(),
    )
    return msgspec.structs.replace(known, **changes)


@clause("S216-A2.5.2", "S216-19")
@pytest.mark.parametrize("signer", ["sez2", "customer1-head"])
def test_a_notice_that_the_registry_did_not_sign_is_not_taken(told: Told, signer: str) -> None:
    foreign = sign_message(notice(told), "n-1", told.systems.pki.signer(signer))
    assert b"NOT_THE_REGISTRY" in told.post(foreign)
    assert told.received() == []


@clause("S216-A2.5.2")
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"sez_code": "SEZ02"}, "/Notice/SezCode: expected SEZ01"),
        ({"environment": Environment.PRODUCTION}, "/Notice/Environment: expected STAND"),
    ],
)
def test_a_notice_that_went_astray_is_refused_by_the_name_of_its_field(
    told: Told, change: dict[str, object], named: str
) -> None:
    signer = told.systems.pki.signer("registry")
    answer = told.post(sign_message(notice(told, **change), "n-1", signer))
    assert b"NOTICE_REFUSED" in answer
    assert named.encode() in answer


@clause("S216-A2.5.2")
def test_a_notice_of_an_unknown_kind_is_refused_by_field_rule_and_value(told: Told) -> None:
    signed = sign_message(notice(told), "n-1", told.systems.pki.signer("registry"))
    answer = told.post(signed.replace(b">INFO<", b">GOSSIP<"))
    assert b"NOTICE_REFUSED" in answer
    assert b"/Notice/Kind" in answer
    assert b"GOSSIP" in answer
    assert b"MAINTENANCE" in answer


@clause("S216-A2.5.2")
def test_another_notice_under_a_known_id_is_refused(told: Told) -> None:
    signer, one = told.systems.pki.signer("registry"), notice(told)
    assert b"NoticeTaken" in told.post(sign_message(one, "n-1", signer))
    other = msgspec.structs.replace(one, body=one.subject, kind="DEADLINE")
    assert b"is that of another notice" in told.post(sign_message(other, "n-1", signer))
    assert len(told.received()) == 1


@clause("S216-13b", "S216-19")
def test_an_acknowledgement_that_proves_nothing_is_not_believed(told: Told) -> None:
    def forged(letter: Letter) -> Response:
        answer = bytes(letter.deliver().body)
        element = payload_of(open_envelope(answer, None), "NoticeTaken")
        taken = codec.read(element, NoticeTaken)
        data = sign_message(taken, "taken-1", told.systems.pki.signer("sez2"))
        return replaced(enclose(SoapVersion.V11, SEZ.namespace, "NotifyResponse", data))

    told.link.accidents.append(forged)
    notice_id = told.send()
    told.systems.registry.mailing.step()
    assert (told.state(notice_id).status, told.state(notice_id).reason) == (
        "SENT",
        "ANSWER_INVALID",
    )
    told.deliver(notice_id)


@clause("S216-A2.5.2")
def test_a_sez_that_was_begun_anew_knows_what_it_took(told: Told) -> None:
    told.deliver(told.send())
    [kept] = told.received()
    told.systems.system.close()
    told.systems.system = open_system(told.systems.system.settings, told.systems.watch)
    with serving(sez_app(told.systems.system)) as address:
        told.link.target = address
        key = told.systems.registry.desk.keys(kept.notice.notice_id, ["SEZ01"])[0]
        assert not told.systems.registry.mailing.settle(
            key,
            NoticeStopped(
                notice_id=kept.notice.notice_id, reason="поздно", stopped_at=kept.received_at
            ),
        )
        assert b"NoticeTaken" in told.repeat(told.calls[0])
    assert len(told.received()) == 1
