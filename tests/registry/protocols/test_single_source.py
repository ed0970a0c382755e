"""Protocols of purchases from a single source at the Registry (S216-9.3, S216-A3.1g-i)."""

from uuid import UUID

import msgspec
import pytest

from shared_contracts.messages.document import Deletion
from shared_contracts.messages.protocol import SingleSourceProtocol
from shared_contracts.messages.versions import NEWEST
from tests import protocol_samples, samples
from tests.registry.asking import Asker
from tests.registry.intake.test_accepted import accepted
from tests.story import Answer, Signed, Story

BOTH = ("customer1-head", "customer1-signer")
"""The members of the commission in ``protocol_samples``."""


def purchase(story: Story) -> Signed:
    """A purchase from a single source, on record."""
    signed = story.sign(story.own(samples.purchase_single_source(story.now)))
    accepted(tell(story, signed))
    return signed


def protocol(story: Story, of: Signed, **changes: object) -> SingleSourceProtocol:
    """Its protocol, drawn up now."""
    named = {"purchase_id": of.document.act.object_id, "protocol_date": story.now}
    return story.own(protocol_samples.single_source(**named | changes))


def tell(story: Story, *documents: Signed) -> Answer:
    """The answer to a package of the newest contract."""
    return story.tell(*documents, contract_version=NEWEST)


def gone(story: Story, before: Signed) -> Deletion:
    """The deletion of what was last recorded."""
    act = before.document.act
    deleted = samples.deletion(deleted_at=story.now)
    return story.next(
        before, deleted, object_type=act.object_type, conditions_version=act.conditions_version
    )


def status(ask: Asker, story: Story) -> list[tuple[str, int]]:
    """Status and version of every purchase in the list."""
    story.registry.follower.catch_up()
    return [(row["status"], row["version"]) for row in ask.get("/api/v1/purchases")]


@pytest.mark.clause("S216-9.3", "S216-A3.1g", "S216-A3.1h", "S216-A3.1i")
def test_a_purchase_is_summed_up_by_its_protocol_and_open_again_without_it(
    story: Story, ask: Asker
) -> None:
    bought = purchase(story)
    first = story.sign(protocol(story, bought), *BOTH)
    before = story.position()
    accepted(tell(story, first))
    assert story.events(before)[:2] == [
        "single-source-protocol-recorded.1",
        "single-source-concluded.1",
    ]
    assert status(ask, story) == [("SUMMED_UP", 1)]
    document = first.document
    assert isinstance(document, SingleSourceProtocol)
    amended = story.next(first, msgspec.structs.replace(document, protocol_number="17-1"))
    act = protocol_samples.act("SINGLE_SOURCE_PROTOCOL", 2, object_id=amended.act.object_id)
    act = msgspec.structs.replace(act, previous_hash=first.sha256)
    second = story.sign(msgspec.structs.replace(amended, act=act), *BOTH)
    accepted(tell(story, second))
    kept = tell(story, story.sign(gone(story, bought)))
    assert kept.rules == ["F-DEL-2"]
    accepted(tell(story, story.sign(gone(story, second), *BOTH)))
    assert status(ask, story) == [("ANNOUNCED", 1)]
    accepted(tell(story, story.sign(gone(story, bought))))
    assert status(ask, story) == [("DELETED", 2)]
    [row] = ask.get("/api/v1/single-source-protocols")
    assert (row["status"], row["version"]) == ("VOIDED", 3)


def test_protocol_and_purchase_are_shown_with_what_they_learned(story: Story, ask: Asker) -> None:
    bought = purchase(story)
    accepted(tell(story, story.sign(protocol(story, bought), *BOTH)))
    story.registry.follower.catch_up()
    [row] = ask.get(
        "/api/v1/single-source-protocols", purchase=str(bought.document.act.object_id), sez="SEZ01"
    )
    shown = ask.get(f"/api/v1/single-source-protocols/{row['registry_id']}")
    assert shown["state"]["status"] == "ACCEPTED"
    [listed] = ask.get("/api/v1/purchases")
    history = ask.get(f"/api/v1/purchases/{listed['registry_id']}")
    assert [one["topic"] for one in history["history"]] == [
        "purchase-announced.1",
        "single-source-concluded.1",
    ]
    assert history["state"]["results"]["object_id"] == row["object_id"]
    unknown = ask("GET", f"/api/v1/single-source-protocols/{listed['registry_id']}")
    assert unknown.status_code == 404


SIGNERS = {
    "a member is missing": (("customer1-head",), ["C-12"]),
    "a stranger has signed for one": (("customer1-head", "person"), ["C-07", "C-12"]),
    "a stranger has signed too": ((*BOTH, "person"), ["C-07"]),
    "a member signed twice": ((*BOTH, "customer1-head"), ["C-13"]),
    "one signed for both": (("customer1-head",) * 2, ["C-12", "C-13"]),
}


@pytest.mark.clause("S216-3", "S216-A2.1.3")
@pytest.mark.parametrize("name", SIGNERS)
def test_each_member_signs_once_and_nobody_else(story: Story, name: str) -> None:
    signers, rules = SIGNERS[name]
    answer = tell(story, story.sign(protocol(story, purchase(story)), *signers))
    assert answer.outcome == ("REFUSED", "CERTIFICATE")
    assert sorted(answer.rules) == rules


@pytest.mark.clause("S216-9.3")
def test_a_sole_person_signs_alone_and_staff_as_members(story: Story) -> None:
    sole = msgspec.structs.replace(protocol_samples.MEMBERS[1], role="SOLE")
    signed = story.sign(protocol(story, purchase(story), members=(sole,)), "customer1-signer")
    accepted(tell(story, signed))
    staff = (
        msgspec.structs.replace(protocol_samples.MEMBERS[0], iin="901103302463"),
        msgspec.structs.replace(protocol_samples.MEMBERS[1], iin="880616402757"),
    )
    whole = protocol(story, purchase(story), members=staff)
    accepted(tell(story, story.sign(whole, "person", "customer1-employee")))


@pytest.mark.clause("S216-A3.1g")
def test_a_protocol_needs_its_purchase_and_is_its_only_one(story: Story) -> None:
    bought = purchase(story)
    stray = protocol(story, bought, purchase_id=UUID(int=9))
    assert tell(story, story.sign(stray, *BOTH)).rules == ["F-PRT-1"]
    accepted(tell(story, story.sign(protocol(story, bought), *BOTH)))
    again = tell(story, story.sign(protocol(story, bought), *BOTH))
    assert again.rules == ["F-PRT-1"]


@pytest.mark.clause("S216-A3.1g", "S216-A2.1.4")
def test_purchase_and_protocol_may_come_in_one_package_and_their_deletions_too(
    story: Story, ask: Asker
) -> None:
    bought = story.sign(story.own(samples.purchase_single_source(story.now)))
    drawn = story.sign(protocol(story, bought), *BOTH)
    accepted(tell(story, bought, drawn))
    both = story.sign(gone(story, drawn), *BOTH), story.sign(gone(story, bought))
    accepted(tell(story, *both))
    assert status(ask, story) == [("DELETED", 2)]
