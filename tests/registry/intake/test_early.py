"""A large plain message is opened by a worker process alone, and answered as any other."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Never

import pytest

from registry.intake.workers import SMALL, Workers
from registry.soap.operations import beforehand, handlers
from registry.soap.service import registry_service
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.soap.exchange import Handle
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml.envelope import SoapVersion, enclose
from tests.story import Story


@pytest.fixture
def endpoint(shared: Story) -> Iterator[Handle]:
    """The Registry's endpoint with one worker; nothing that is sent to it is examined here."""
    workers = Workers(1, shared.registry.settings.data / "files")

    def never(*_: object) -> Never:
        raise AssertionError("examined in this process")

    context = replace(
        shared.registry.intake, examine=never, examine_unopened=workers.examine_unopened
    )
    known = handlers(context, shared.registry.classifier_store, lambda *_: False)
    yield registry_service(known, fault_wording, before=beforehand(context))
    workers.close()


def test_others_that_are_under_way_are_counted(shared: Story) -> None:
    seen: list[int] = []
    figures = shared.registry.intake.figures

    def counted(_body: bytes, others: int, _peer: str) -> None:
        seen.append(others)

    context = replace(shared.registry.intake, examine_unopened=counted)
    known = handlers(context, shared.registry.classifier_store, lambda *_: False)
    endpoint = registry_service(known, fault_wording, before=beforehand(context))
    for others in (0, 1, 0):
        with figures.under_way() if others else nullcontext():
            answer = endpoint(message(shared), SoapVersion.V11.content_type)
        assert b"<Result>ACCEPTED</Result>" in answer.body
    assert seen == [0, 1, 0]


def test_every_operation_that_takes_a_package_is_opened_by_a_worker(shared: Story) -> None:
    taking = {name for name, taken in REGISTRY.documents.items() if taken == "Package"}
    assert set(beforehand(shared.registry.intake).early) == taking


def message(shared: Story, version: SoapVersion = SoapVersion.V11) -> bytes:
    """A package of three tenders in a message."""
    package = shared.packed(*(shared.tender() for _ in range(3)))
    body = enclose(version, REGISTRY.namespace, "TransferRecords", package)
    assert len(body) > SMALL
    return body


@pytest.mark.parametrize("version", SoapVersion)
def test_it_is_recorded_and_answered_in_its_version(
    shared: Story, endpoint: Handle, version: SoapVersion
) -> None:
    body, before = message(shared, version), shared.position()
    answer = endpoint(body, version.content_type)
    assert (answer.status, answer.content_type) == (200, version.content_type)
    assert b"<Result>ACCEPTED</Result>" in answer.body
    assert b"TransferRecordsResponse" in answer.body
    assert shared.events(before).count("purchase-announced.1") == 3
    assert endpoint(body, version.content_type).body == answer.body


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda body: body[:-9], b"NOT_XML"),
        (lambda body: body.replace(b"<Package ", b"<Parcel ", 1), b"NOT_XML"),
        (lambda body: body.replace(b"Package", b"Parcel"), b"NOT_A_PACKAGE"),
        (lambda body: body.replace(b"<Records>", b"<Records>" + b"<a>" * 70), b"NOT_XML"),
        (lambda body: body.replace(b"TransferRecords", b"TakeRecords"), b"UNKNOWN_OPERATION"),
    ],
    ids=["cut", "unbalanced", "no package", "never closed", "no operation"],
)
def test_what_is_wrong_with_it_is_told_as_of_any_other(
    shared: Story, endpoint: Handle, spoil: Callable[[bytes], bytes], fault: bytes
) -> None:
    before = shared.position()
    answer = endpoint(spoil(message(shared)), SoapVersion.V11.content_type)
    assert answer.status == 500
    assert b"<Code>" + fault + b"</Code>" in answer.body
    assert shared.position() == before


def test_its_charset_counts_too(shared: Story, endpoint: Handle) -> None:
    answer = endpoint(message(shared), "text/xml; charset=windows-1251")
    assert b"<Code>NOT_XML</Code>" in answer.body
