"""The list of goods, works and services, of what was bought (S216-2.1d)."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from registry.goods import listing
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.messages.document import Ground
from shared_contracts.messages.protocol import LotResult, SingleSourceProtocol
from tests import protocol_samples, samples
from tests.postgres import owner_of
from tests.registry.asking import Asker
from tests.registry.intake.test_accepted import accepted
from tests.registry.protocols.test_results import results, reviewed
from tests.registry.protocols.test_single_source import BOTH, gone, protocol, purchase, tell
from tests.story import Signed, Story

pytestmark = pytest.mark.clause("S216-2.1d")
CODE = samples.services_lot(1).skp_code


def bought(story: Story) -> Signed:
    """A purchase from a single source that its protocol concluded; the protocol."""
    signed = story.sign(protocol(story, purchase(story)), *BOTH)
    accepted(tell(story, signed))
    return signed


def listed(story: Story, ask: Asker, **asked: Any) -> list[Any]:
    """The list as it is now."""
    story.registry.follower.catch_up()
    rows: list[Any] = ask.get("/api/v1/goods", **asked)
    return rows


def amended(story: Story, before: Signed, price: str) -> Signed:
    """The protocol with another price."""
    document = before.document
    assert isinstance(document, SingleSourceProtocol)
    lots = (protocol_samples.conclusion(contract_price=Decimal(price)),)
    act = protocol_samples.act("SINGLE_SOURCE_PROTOCOL", 2)
    changed = msgspec.structs.replace(document, act=act, lot_conclusions=lots)
    return story.sign(story.next(before, changed), *BOTH)


def test_what_is_announced_was_not_bought_and_what_a_protocol_names_was(
    story: Story, ask: Asker
) -> None:
    purchase(story)
    assert listed(story, ask) == []
    bought(story)
    second = bought(story)
    [row] = listed(story, ask)
    assert (row["code"], row["times"], row["subject_type"]) == (CODE, 2, "SERVICES")
    price = protocol_samples.conclusion().contract_price
    assert Decimal(row["total"]) == 2 * price
    accepted(tell(story, amended(story, second, "1000.00")))
    [row] = listed(story, ask)
    assert (row["times"], Decimal(row["total"])) == (2, price + 1000)
    told = ask.get(f"/api/v1/goods/{CODE}")
    assert [one["what"] for one in told["history"]] == ["BOUGHT"] * 2 + ["TAKEN_BACK", "BOUGHT"]
    assert told["history"][0]["supplier"] == protocol_samples.SUPPLIER_BIN


def test_what_was_taken_back_leaves_the_list_and_stays_in_the_history(
    story: Story, ask: Asker
) -> None:
    one = bought(story)
    accepted(tell(story, story.sign(gone(story, one), *BOTH)))
    assert listed(story, ask) == []
    told = ask.get(f"/api/v1/goods/{CODE}")
    assert [one["what"] for one in told["history"]] == ["BOUGHT", "TAKEN_BACK"]
    assert (told["goods"]["times"], told["goods"]["last_on"]) == (0, None)
    assert ask("GET", "/api/v1/goods/00.00.00").status_code == 404


def test_pages_go_by_code_and_by_position_and_are_bounded(story: Story, ask: Asker) -> None:
    bought(story)
    bought(story)
    assert listed(story, ask, code=CODE[:4]) == listed(story, ask, limit=1)
    assert listed(story, ask, code="zz") == listed(story, ask, after=CODE) == []
    [first] = ask.get(f"/api/v1/goods/{CODE}", limit=1)["history"]
    [second] = ask.get(f"/api/v1/goods/{CODE}", after=first["position"])["history"]
    assert second["position"] > first["position"]
    assert ask("GET", "/api/v1/goods?limit=1001").status_code == 422


def test_the_list_made_anew_from_the_log_is_the_same(story: Story, ask: Asker) -> None:
    kept, other = bought(story), bought(story)
    accepted(tell(story, amended(story, kept, "5.00")))
    accepted(tell(story, story.sign(gone(story, other), *BOTH)))
    before = listed(story, ask), ask.get(f"/api/v1/goods/{CODE}")
    assert not audit(owner_of(story.registry.settings.database_url)).differences
    with story.registry.log.recorder.transaction() as cursor:
        cursor.execute("DROP TABLE views.goods, views.goods_bought, views.goods_history")
    listing.prepare(story.registry.log)
    assert (listed(story, ask), ask.get(f"/api/v1/goods/{CODE}")) == before
    assert not audit(owner_of(story.registry.settings.database_url)).differences


@pytest.mark.clause("S216-9.4")
def test_what_the_winners_of_a_tender_are_to_deliver_was_bought_and_a_cancelled_lot_was_not(
    story: Story, ask: Asker
) -> None:
    tender, drawn = reviewed(story)
    document = results(story, tender, drawn)
    accepted(tell(story, story.sign(document, *BOTH)))
    rows = listed(story, ask)
    assert [row["times"] for row in rows] == [1, 1]
    assert {row["subject_type"] for row in rows} == {"GOODS", "SERVICES"}
    other, again = reviewed(story)
    document = results(story, other, again)
    ground = Ground(code="CUSTOMER")
    cancelled = LotResult(lot_number=2, outcome="CANCELLED", ground=ground)
    part = msgspec.structs.replace(document, lot_results=(document.lot_results[0], cancelled))
    accepted(tell(story, story.sign(part, *BOTH)))
    assert {row["subject_type"]: row["times"] for row in listed(story, ask)} == {
        "GOODS": 2,
        "SERVICES": 1,
    }
    assert not audit(owner_of(story.registry.settings.database_url)).differences
