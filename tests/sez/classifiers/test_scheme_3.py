"""Scheme 3 between two systems over sockets: a classifier on request, page by page (S216-A2.3)."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.classifiers.importer import Offered, Wish
from sez.app import open_system
from sez.classifiers.editions import ClassifierEditionCopied, ClassifiersCompared
from sez.publication.checked_document import NotPublishable
from sez.synchronisation.delivery_problem import DeliveryProblem
from shared_contracts.classifiers.builtin import builtin
from shared_contracts.classifiers.edition import MKEI
from shared_contracts.identifiers import uuid7
from shared_contracts.limits import CLASSIFIER_CODES
from shared_contracts.messages.classifiers import ClassifierPage, ClassifierRequest
from shared_contracts.messages.document import Environment
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.sign import sign_system
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion
from tests.clauses import clause
from tests.sez.systems import BothSystems, wrong_unit

HEAD = "code,name_ru,name_kk,symbol_ru,symbol_int,unece_rec20,group\n"
DAY = timedelta(days=1)


def imported(systems: BothSystems, name: str, text: str, **more: Any) -> None:
    """Import units into the Registry, in force since yesterday."""
    wish = Wish(replace=True)
    first = date.today() - DAY  # noqa: DTZ011 - a day of the machine is near enough
    offered = Offered(name, first, "units.csv", (HEAD + text).encode(), wish=wish, **more)
    systems.registry.classifier_store.take(MKEI, offered)


def asked(systems: BothSystems, classifier: str = MKEI, **wanted: Any) -> ClassifierRequest:
    """A question of the SEZ."""
    given: dict[str, Any] = {
        "message_id": uuid7(),
        "sez_code": "SEZ01",
        "environment": Environment.STAND,
        "created_at": systems.watch(),
        "classifier": classifier,
        "page": 1,
    }
    return ClassifierRequest(**given | wanted)


def sent(systems: BothSystems, request: ClassifierRequest, signer: str = "sez") -> bytes:
    """What the Registry answers to a question signed by a system."""
    element = codec.write(request, root_id="ask-1")
    signed = sign_system(element, systems.pki.signer(signer))
    return systems.system.exchange.get_classifier(signed)


def page(systems: BothSystems, classifier: str = MKEI, **wanted: Any) -> ClassifierPage:
    """A page that the Registry gives."""
    answer = schema.parse(sent(systems, asked(systems, classifier, **wanted)))
    assert schema.validate(answer, "F-XSD-1") == []
    return codec.read(answer, ClassifierPage)


@clause("S216-A2.3.0", "S216-A2.3.1", "S216-A2.3.2", "S216-A2.3.3", "S216-A2.3.4", "S216-17")
def test_a_classifier_is_given_on_request_at_once_and_records_nothing(systems: BothSystems) -> None:
    units = page(systems)
    position = systems.registry.log.last_position()  # the certificate was checked meanwhile
    assert page(systems).codes == units.codes
    told = builtin().index(MKEI, date.today()).edition  # noqa: DTZ011
    assert (units.edition, units.sha256) == (told.name, told.sha256)
    assert units.entry_count == len(units.codes) == len(told.entries)
    assert units.name.ru == "МКЕИ"
    assert {one.name for one in units.known_editions} == {
        "built-in subset",
        "built-in national units",
    }
    assert systems.registry.log.last_position() == position


@clause("S216-A2.3.3")
def test_a_large_classifier_comes_in_pages_that_together_are_the_edition(
    systems: BothSystems,
) -> None:
    rows = "".join(f"{number},единица {number},,,,,1\n" for number in range(1000, 3500))
    imported(systems, "large", rows)
    pages = [page(systems, edition="large", page=number) for number in (1, 2, 3)]
    assert [len(one.codes) for one in pages] == [CLASSIFIER_CODES, CLASSIFIER_CODES, 500]
    assert {(one.page_count, one.entry_count) for one in pages} == {(3, 2500)}
    given = [code.code for one in pages for code in one.codes]
    assert given == sorted(given)
    systems.system.classifiers.refresh()
    [copied] = systems.events(ClassifierEditionCopied)
    assert (copied.edition, copied.sha256) == ("large", pages[0].sha256)


@clause("S216-A2.3.3")
def test_what_changed_since_an_edition_is_told_by_code(systems: BothSystems) -> None:
    imported(systems, "old", "796,штука,дана,шт,pc,H87,3\n166,килограмм,,кг,kg,KGM,1\n")
    imported(systems, "new", "796,шт.,дана,шт,pc,H87,3\n006,метр,,м,m,MTR,1\n")
    changes = page(systems, edition="new", since_edition="old")
    assert [(one.change, one.code, one.name_ru) for one in changes.codes] == [
        ("ADDED", "006", "метр"),
        ("CHANGED", "796", "шт."),
        ("CLOSED", "166", "килограмм"),
    ]
    assert page(systems, edition="new", since_edition="new").codes == ()
    before = page(systems, as_of=date.today() - 2 * DAY)  # noqa: DTZ011
    assert before.edition == "built-in subset"


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        ({"classifier": "NOTHING"}, "CLASSIFIER_UNKNOWN"),
        ({"edition": "of nobody"}, "EDITION_UNKNOWN"),
        ({"since_edition": "of nobody"}, "EDITION_UNKNOWN"),
        ({"edition": "built-in subset", "as_of": date(2026, 1, 1)}, "EDITION_UNKNOWN"),
        ({"page": 0}, "PAGE_UNKNOWN"),
        ({"page": 2}, "PAGE_UNKNOWN"),
    ],
)
@clause("S216-A2.3.2")
def test_what_there_is_not_is_told_with_what_there_is(
    systems: BothSystems, wanted: dict[str, Any], fault: str
) -> None:
    with pytest.raises(DeliveryProblem) as refused:
        sent(systems, asked(systems, **wanted))
    assert (refused.value.reason, refused.value.final) == (fault, True)


@pytest.mark.parametrize(
    ("signer", "code", "rule"),
    [
        ("sez2", "SEZ01", "C-07"),
        ("sez-expired", "SEZ01", "C-04"),
        ("stranger-head", "SEZ01", "C-03"),
        ("sez", "SEZ99", "I-11"),
    ],
)
@clause("S216-A2.3.2", "S216-19")
def test_who_is_not_proven_gets_a_signed_refusal_and_no_classifier(
    systems: BothSystems, signer: str, code: str, rule: str
) -> None:
    answer = schema.parse(sent(systems, asked(systems, sez_code=code), signer))
    receipt = codec.read(answer, Receipt)
    assert receipt.findings[0].rule_id == rule


def test_an_unsigned_question_is_refused(systems: BothSystems) -> None:
    bare = codec.to_bytes(codec.write(asked(systems), root_id="ask-1"))
    client = systems.system.exchange.client
    for soap in SoapVersion:
        receipt = codec.read(schema.parse(client.get_classifier(bare, soap)), Receipt)
        assert [one.rule_id for one in receipt.findings] == ["C-01"]


@clause("S216-17", "S216-A2.3.4")
def test_the_copy_is_the_registrys_and_outlives_the_process(systems: BothSystems) -> None:
    copy = systems.system.classifiers
    assert (copy.is_stale, copy.at_hand()) == (True, None)
    imported(systems, "own", "796,штука,дана,шт,pc,H87,3\n9990,пробная,,пр,,,9\n")
    copy.refresh()
    systems.system.close()
    systems.system = open_system(systems.system.settings, systems.watch)
    copy = systems.system.classifiers
    assert copy.at_hand() is not None
    assert copy.codes.has(MKEI, "9990", date.today())  # noqa: DTZ011
    theirs = systems.registry.classifier_store.codes().editions()
    assert sorted(one.name for one in copy.codes.editions()) == sorted(one.name for one in theirs)
    systems.registry.classifier_store.withdraw(MKEI, "own", "ошибка", Wish(replace=True))
    copy.refresh()
    assert not copy.codes.has(MKEI, "9990", date.today())  # noqa: DTZ011
    assert len(systems.events(ClassifierEditionCopied)) == 1
    assert len(systems.events(ClassifiersCompared)) == 2


@clause("S216-17")
def test_a_code_of_no_edition_is_refused_before_it_is_signed(systems: BothSystems) -> None:
    tender = systems.announce_with_files("single-source")
    systems.system.classifiers.refresh()
    with pytest.raises(NotPublishable) as refused:
        systems.change(tender, wrong_unit(systems.purchase(tender)))
    [finding] = refused.value.findings
    assert (finding.rule_id, finding.path) == ("F-CLF-1", "/Purchase/Lots/Lot[1]/Unit")

    imported(systems, "more", "999,пробная,,пр,,,9\n", supplement=True)
    systems.change(tender, wrong_unit(systems.purchase(tender)))
    systems.send_until(lambda: not systems.unsynchronised())


def test_a_stale_copy_leaves_codes_to_the_registry_and_says_so(systems: BothSystems) -> None:
    tender = systems.announce_with_files("single-source")
    copy = systems.system.classifiers
    assert copy.in_words().startswith("never compared")
    copy.refresh()
    systems.watch.offset += 2 * DAY
    assert (copy.is_stale, copy.at_hand()) == (True, None)
    assert copy.in_words().startswith("stale")
    systems.watch.offset -= 2 * DAY
    systems.link.cut = True
    systems.change(tender, wrong_unit(systems.purchase(tender)))  # the Registry could not be asked
    systems.link.cut = False
    systems.send_until(lambda: systems.states(tender)[-1] == "REFUSED")


def test_the_copy_is_shown_refreshed_and_asked_over_the_api(systems: BothSystems) -> None:
    with systems.program() as program:
        before = program.get("/api/v1/classifiers").json()
        assert (before["stale"], before["editions"]) == (True, [])
        after = program.post("/api/v1/classifiers", json={}).json()
        assert (after["stale"], len(after["editions"])) == (False, 6)
        found = program.get(f"/api/v1/classifiers/{MKEI}/796").json()
        assert found["name_ru"] == "Штука"
        assert program.get(f"/api/v1/classifiers/{MKEI}/000").status_code == 404
        assert program.get("/api/v1/classifiers/NOTHING/1").status_code == 404
