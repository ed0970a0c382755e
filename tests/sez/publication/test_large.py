"""A programme of very many items is formed from a file, sent, and changed (S216-18.5, S216-9.8)."""

import hashlib
import multiprocessing
import time
from dataclasses import replace
from threading import Thread
from typing import Any
from uuid import UUID

import msgspec
import pytest

from registry.programmes.programme import LargeProgrammeLoaded
from sez.programmes import versions
from sez.programmes.programme import (
    LargeProgrammeChangeSigned,
    LargeProgrammeSigned,
    SignedProgramme,
)
from sez.publication.checked_document import NotPublishable
from sez.publication.large import publish_large, take_signed_large
from sez.synchronisation.package_events import ReceiptReceived, TicketReceived
from shared_contracts.errors import Absent, BadInput, RefusedByRule, Temporary
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Operation
from shared_contracts.messages.programme import PROGRAMME, Programme
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules.programme import with_totals
from shared_contracts.signing.sign import sign_person
from shared_contracts.xml import codec
from tests import programmes
from tests.clauses import clause
from tests.programmes import with_item
from tests.samples import text
from tests.sez.programmes.test_programmes import load, on_record, publisher, put, signed
from tests.sez.systems import SIGNER, BothSystems

ITEMS = 80
"""So many items, with as much to say as an item may, take more than a document of a package may."""

MUCH = "Тасымалдау. " * 333
"""As long a text as an item may have in a language."""

PATIENCE = 120.0
"""Seconds to wait for the Registry's process, which has the lowest priority."""


def large(systems: BothSystems, count: int = 3, much: str = "Көп") -> Programme:
    """A programme of so many items for the year after that of the example."""
    example = signed(systems, load(systems))
    year = example.year_from + 1
    said = {name: text(much, much, much) for name in ("description", "extra", "note")}
    plan = programmes.plan(year, "7.000", "22542909.97")
    item = programmes.goods(plan, **said)
    items = tuple(
        msgspec.structs.replace(item, item_number=str(one)) for one in range(1, count + 1)
    )
    return with_totals(
        msgspec.structs.replace(
            example, items=items, item_count=count, year_from=year, year_to=year
        )
    )


def uploaded(systems: BothSystems, programme: Programme, **asked: Any) -> str:
    """The JSON of a programme and its signers, kept as a file; its SHA-256."""
    told = {"programme": programme, "signers": [SIGNER], **asked}
    data = msgspec.json.encode(told)
    sha256 = hashlib.sha256(data).hexdigest()
    systems.system.uploads.store.keep(sha256, data)
    return sha256


def formed(systems: BothSystems, programme: Programme, object_id: UUID | None = None) -> UUID:
    """Have a programme signed from a file; its id."""
    reason = {} if object_id is None else {"reason": "Уточнение"}
    at = publish_large(
        publisher(systems), object_id or uuid7(), uploaded(systems, programme, **reason)
    )
    assert isinstance(at.state, SignedProgramme)
    return at.key.object_id


def arrive(systems: BothSystems, programme: UUID, count: int) -> None:
    """Both systems go on until all versions of the programme are acknowledged."""
    deadline = time.monotonic() + PATIENCE
    while systems.states(programme) != ["SYNCHRONISED"] * count:
        assert time.monotonic() < deadline, systems.unsynchronised()
        systems.registry.judging._pauses.clear()
        if not systems.registry.judging.step() + systems.send():
            time.sleep(0.1)


@clause("S216-9.8", "S216-18.1", "S216-18.5")
def test_a_large_programme_is_formed_of_a_file_sent_under_a_ticket_and_changed(
    systems: BothSystems,
) -> None:
    programme = large(systems, ITEMS, MUCH)
    loaded = formed(systems, programme)
    [event] = systems.events(LargeProgrammeSigned)
    assert (event.document.items, event.document.item_count) == ((), ITEMS)
    arrive(systems, loaded, 1)
    assert len(systems.events(TicketReceived)) == 1
    [recorded] = [one for one in on_record(systems) if isinstance(one, LargeProgrammeLoaded)]
    assert recorded.header.document_hash == event.document_hash
    changed = with_totals(with_item(programme, 2, transient=False))
    rest = with_totals(
        msgspec.structs.replace(changed, items=changed.items[:-1], item_count=ITEMS - 1)
    )
    assert formed(systems, rest, loaded) == loaded
    [change] = systems.events(LargeProgrammeChangeSigned)
    assert change.removed == (str(ITEMS),)
    arrive(systems, loaded, 2)
    [record] = systems.events(ReceiptReceived)[-1].records
    assert {(one.item_number, one.change) for one in record.changed_items} == {
        ("2", "CHANGED"),
        (str(ITEMS), "REMOVED"),
    }
    for one in (systems.registry, systems.system):
        assert audit(str(one.settings.database_url)).differences == ()


def refused(systems: BothSystems, programme: Programme) -> list[tuple[str, str]]:
    """The rules that keep a programme from being signed, and where."""
    with pytest.raises(NotPublishable) as told:
        formed(systems, programme)
    return [(one.rule_id, one.path) for one in told.value.findings]


def test_what_the_registry_would_refuse_is_told_by_its_place_and_not_signed(
    systems: BothSystems,
) -> None:
    programme = large(systems)
    cheaper = msgspec.structs.replace(programme, item_count=4)
    assert ("F-PRG-9", "/Programme/ItemCount") in refused(systems, cheaper)
    broken = with_item(programme, 3, incoterms="nowhere")
    assert refused(systems, broken) == [("F-CODE-3", "/Programme/Items/Item[3]/Incoterms")]
    long = with_item(programme, 2, note=text("Ә" * 4001, "Ой"))
    [(rule, place)] = refused(systems, long)
    assert (rule, place.startswith("/Programme/Items/Item[2]/Note/")) == ("F-XSD-1", True)
    first = formed(systems, programme)
    assert refused(systems, programme) == [("F-PRG-2", "/Programme/SubsoilUser")]
    with pytest.raises(RefusedByRule, match="nothing is other than in version 1"):
        formed(systems, programme, first)
    with pytest.raises(RefusedByRule, match="load its change from a file"):
        put(systems, first, versions.change(with_item(programme, 1, note=None), "Уточнение"))
    assert len(systems.events(LargeProgrammeSigned)) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b"{", "the file is not JSON"),
        (b'{"signers":["a"]}', "the file has no member 'programme'"),
        (b'{"programme":{"items":[]},"signers":["a"]}', "programme.items is empty"),
        (b'{"programme":{"items":[{}]},"signers":["a"]}', "no user 'a' signs here"),
        (b'{"programme":{"items":[{}]},"signers":["customer1-head"]}', "missing required field"),
    ],
)
def test_a_file_that_is_no_programme_is_told_what_it_lacks(
    systems: BothSystems, content: bytes, told: str
) -> None:
    sha256 = hashlib.sha256(content).hexdigest()
    systems.system.uploads.store.keep(sha256, content)
    with pytest.raises(BadInput, match=told):
        publish_large(publisher(systems), uuid7(), sha256)
    with pytest.raises(Absent, match="upload it by PUT"):
        publish_large(publisher(systems), uuid7(), "0" * 64)


def test_an_item_that_does_not_fit_is_told_by_its_place(systems: BothSystems) -> None:
    programme = large(systems)
    whole = msgspec.to_builtins({"programme": programme, "signers": [SIGNER]})
    whole["programme"]["items"][1]["prise"] = "1"
    data = msgspec.json.encode(whole)
    sha256 = hashlib.sha256(data).hexdigest()
    systems.system.uploads.store.keep(sha256, data)
    with pytest.raises(BadInput, match=r"items\[1\]: .* not known: prise"):
        publish_large(publisher(systems), uuid7(), sha256)


def test_one_is_formed_at_a_time_and_its_process_has_bounds(systems: BothSystems) -> None:
    programme, process = large(systems), systems.system.publisher.large
    assert process is not None
    with process._turn, pytest.raises(Temporary, match="another large document"):
        formed(systems, programme)
    small, late = replace(process, memory=1024), replace(process, seconds=0.0)
    for bounded, kind, why in (
        (small, BadInput, "give fewer items"),
        (late, Temporary, "nothing was recorded; ask again"),
    ):
        narrow = replace(publisher(systems), large=bounded)
        with pytest.raises(kind, match=why):
            publish_large(narrow, uuid7(), uploaded(systems, programme))
    assert not systems.events(LargeProgrammeSigned)
    assert not list(systems.system.files.incoming.iterdir())
    formed(systems, programme)


def test_a_killed_process_leaves_nothing_and_the_same_file_is_formed_later(
    systems: BothSystems,
) -> None:
    programme, process = large(systems), systems.system.publisher.large
    assert process is not None
    sha256 = uploaded(systems, programme)
    ended = Thread(target=_end_child, daemon=True)
    ended.start()
    with pytest.raises(Temporary, match="nothing was recorded"):
        publish_large(publisher(systems), uuid7(), sha256)
    ended.join()
    assert not systems.events(LargeProgrammeSigned)
    publish_large(publisher(systems), uuid7(), sha256)
    assert len(systems.events(LargeProgrammeSigned)) == 1


def _end_child() -> None:
    """End the first process that this one begins."""
    deadline = time.monotonic() + PATIENCE
    while not (children := multiprocessing.active_children()) and time.monotonic() < deadline:
        time.sleep(0.01)
    children[0].kill()


@clause("S216-3")
def test_a_large_document_signed_elsewhere_keeps_its_bytes(systems: BothSystems) -> None:
    programme = large(systems)
    act = versions.act(
        publisher(systems).owner, uuid7(), publisher(systems).kind.objects.initial, Operation.CREATE
    )
    unsigned = codec.canonical_text(msgspec.structs.replace(programme, act=act))
    signer = systems.system.users.signer(SIGNER)
    for data, problem in ((unsigned, "the signature"), (sign_person(unsigned, signer), "")):
        sha256 = hashlib.sha256(data).hexdigest()
        systems.system.uploads.store.keep(sha256, data)
        if problem:
            with pytest.raises(BadInput):
                take_signed_large(systems.system.publisher, PROGRAMME, sha256)
    at = take_signed_large(systems.system.publisher, PROGRAMME, sha256)
    assert at.state.document_hash == sha256
    assert systems.system.files.path(sha256).read_bytes() == data
    arrive(systems, at.key.object_id, 1)
    assert len(on_record(systems)) == 2  # the example, and this one
    with pytest.raises(RefusedByRule, match="is not formed from files"):
        take_signed_large(systems.system.publisher, PURCHASE, sha256)


def test_a_program_uploads_a_file_and_has_it_formed_and_changed(systems: BothSystems) -> None:
    programme = large(systems)
    sha256 = uploaded(systems, programme)
    changed = uploaded(systems, with_item(programme, 2, transient=False), reason="Уточнение")
    with systems.program() as program:
        loaded = program.post(f"/api/v1/programmes/files/{sha256}", timeout=PATIENCE)
        assert loaded.status_code == 201, loaded.text
        object_id = loaded.json()["object_id"]
        path = f"/api/v1/programmes/{object_id}/change/files/{changed}"
        assert program.post(path, timeout=PATIENCE).json()["state"]["version"] == 2
        nobody = f"/api/v1/programmes/{uuid7()}/change/files/{changed}"
        assert program.post(nobody, timeout=PATIENCE).status_code == 404
        path = f"/api/v1/documents/NOTHING/files/{changed}"
        assert program.post(path, timeout=PATIENCE).status_code == 404
