"""What no package can carry is refused before it is formed; what is large travels as a file."""

import hashlib
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from sez.publication.publish import take_signed
from sez.publication.sendable import unsendable
from sez.records.version import Publish
from sez.synchronisation.package_events import PackageFormed, TicketReceived
from shared_contracts.limits import DOCUMENT_BYTES
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.package import FormedBy
from shared_contracts.messages.purchase import Purchase
from shared_contracts.signing.sign import sign_person
from shared_contracts.xml import codec
from tests.samples import AT, HASH, purchase_single_source, with_act
from tests.sez.link import never_arrives
from tests.sez.systems import SIGNER, BothSystems

replace = msgspec.structs.replace


def command(name: str) -> Publish:
    """A document to publish, which somebody of that name signed."""
    return Publish(purchase_single_source(AT), HASH, AT, FormedBy(name=name))


@pytest.mark.clause("S216-A2.1.4", "S216-18.3")
@pytest.mark.parametrize("name", ["x" * 501, "А\x01Б", "А\ufffeБ"])
def test_a_name_that_no_package_can_carry_is_told_before_the_hour_begins(name: str) -> None:
    [found] = unsendable(command(name), 10)
    assert found.rule == "F-XSD-1"
    assert found.path.startswith("/Package/Records/Record[1]/Header/FormedBy")
    assert unsendable(command("x" * 500), 10) == []


def with_lots(purchase: Purchase, letters: int, **more: Any) -> Purchase:
    """The purchase with a thousand lots, each described by so many letters in three languages."""
    text = LocalizedText(kk="я" * letters, ru="я" * letters, en="я" * letters)
    price = {"quantity": Decimal(3), "unit_price": Decimal("0.33"), "amount": Decimal("0.99")}
    lots = tuple(
        replace(purchase.lots[0], lot_number=number, description=text, **price)
        for number in range(1, 1001)
    )
    changes = {"lots": lots, "lot_count": 1000, "planned_total": Decimal("990.00")}
    return replace(purchase, documents=(), **changes, **more)


def large(systems: BothSystems, object_id: UUID) -> bytes:
    """A signed document that no record can hold."""
    own = with_act(purchase_single_source(systems.system.clock()), object_id=object_id)
    document = with_lots(own, 900)
    return sign_person(codec.to_bytes(codec.write(document)), systems.pki.signer(SIGNER))


@pytest.mark.clause("S216-18.1", "S216-18.3", "S95-4")
def test_a_document_too_large_for_a_record_travels_as_a_file_under_a_ticket(
    systems: BothSystems,
) -> None:
    tender = uuid4()
    data = large(systems, tender)
    assert len(data) > DOCUMENT_BYTES
    take_signed(systems.system.publisher, data)
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    assert len(systems.events(TicketReceived)) == 1
    sha256 = hashlib.sha256(data).hexdigest()
    assert sha256 in systems.link.files
    kept = systems.registry.files.find(sha256)
    assert kept is not None
    assert kept.read_bytes() == data


@pytest.mark.clause("S216-18.2", "S216-18.7")
def test_what_cannot_be_formed_holds_up_nobody_and_is_told_once(
    systems: BothSystems, capsys: pytest.CaptureFixture[str]
) -> None:
    def disk_is_full(_sha256: str, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    packer, keep = systems.system.sender.packer, systems.system.sender.packer.keep_file
    packer.keep_file = disk_is_full
    bad = uuid4()
    take_signed(systems.system.publisher, large(systems, bad))
    good = systems.announce_with_files()
    systems.send()
    assert (systems.states(bad), systems.states(good)) == (["WAITING"], ["SYNCHRONISED"])
    systems.send_until(lambda: systems.system.sender.forming.unfit[bad].times > 2)
    assert capsys.readouterr().out.count("version not formed") == 1
    with systems.program() as program:
        assert "sez_versions_not_formed 1.0" in program.get("/metrics").text
    packer.keep_file = keep
    systems.send_until(lambda: systems.states(bad) == ["SYNCHRONISED"])
    assert systems.system.sender.forming.unfit == {}


@pytest.mark.clause("S216-18.2", "S216-18.3")
def test_large_versions_that_wait_together_leave_in_as_many_packages_as_they_need(
    systems: BothSystems,
) -> None:
    systems.link.accidents.append(never_arrives)
    tender = systems.announce("single-source")
    systems.send()
    for _ in range(4):
        systems.change(tender, with_lots(systems.purchase(tender), 320))
    systems.send_until(lambda: set(systems.states(tender)) == {"SYNCHRONISED"})
    assert [len(one.records) for one in systems.events(PackageFormed)] == [1, 2, 2]
