"""A package is explained with the documents within it, each at its path."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing

import pytest
from lxml import etree

from deploy.authority.identities import CUSTOMER2, SEZ_OPERATOR
from shared_contracts.astana_time import now
from shared_contracts.explaining.explain import Explanation, VerificationQuestion, explain
from shared_contracts.explaining.rendering import as_json, as_text
from shared_contracts.explaining.steps import Mark
from shared_contracts.explaining.wording import WORDS
from shared_contracts.language import Language
from shared_contracts.messages.document import DocumentKind
from shared_contracts.signing.sign import sign_person, sign_system
from shared_contracts.signing.trust import CertificateChecker, load_profile
from shared_contracts.signing.validation.revocation import HttpFetch
from tests.clauses import clause
from tests.pki import Pki
from tests.shared_contracts.signing.oracles import NAMESPACE, parse

PURCHASE = f'<Purchase xmlns="{NAMESPACE}"><Title>Сорғылар</Title></Purchase>'.encode()
PLACE = "/Package/Records/Record[{}]/Document/Bytes"


@pytest.fixture(scope="module")
def checker(pki: Pki) -> Iterator[CertificateChecker]:
    profile = load_profile(pki.trust)
    with closing(HttpFetch(profile.limits)) as fetch:
        yield CertificateChecker(profile, fetch)


def record(data: bytes, stated: str = "", written: str = "") -> str:
    """A record with a document; its hash and its Base64 are right unless others are given."""
    digest = stated or hashlib.sha256(data).hexdigest()
    text = written or b64encode(data).decode()
    return (
        f"<Record><Header><DocumentHash>{digest}</DocumentHash></Header>"
        f"<Document><Bytes>{text}</Bytes></Document></Record>"
    )


def package(pki: Pki, *records: str, signer: str = "sez") -> bytes:
    """A package of these records, signed by a system."""
    content = "".join(records)
    text = f'<Package xmlns="{NAMESPACE}" Id="p-1"><Records>{content}</Records></Package>'
    return sign_system(parse(text.encode()), pki.signer(signer))


def ask(data: bytes, checker: CertificateChecker, *expected: str) -> Explanation:
    return explain(data, VerificationQuestion(now(), checker, expected))


@clause("S95-4", "S216-3", "S216-A2.1.3")
def test_every_document_of_a_package_is_explained_at_its_path(
    pki: Pki, checker: CertificateChecker
) -> None:
    first = sign_person(PURCHASE, pki.signer("customer2-head"))
    second = sign_person(first, pki.signer("customer2-256"))
    data = package(pki, record(first), record(second))
    explanation = ask(data, checker, SEZ_OPERATOR.bin, CUSTOMER2.bin)
    assert explanation.result is Mark.PASSED
    assert [one.path for one in explanation.documents] == [PLACE.format(1), PLACE.format(2)]
    assert [len(one.signatures) for one in explanation.documents] == [1, 2]
    assert [one.steps[0].code for one in explanation.documents] == ["DOCUMENT", "DOCUMENT"]


@clause("S216-A2.1.3")
@pytest.mark.parametrize(
    ("system", "persons", "result"),
    [
        ("sez", ["customer2-head", "customer2-employee"], Mark.FAILED),
        ("sez", ["customer2-revoked", "customer2-head"], Mark.INDETERMINATE),
        ("sez", ["customer2-revoked", "customer2-employee"], Mark.FAILED),
        ("sez-revoked", ["customer2-head"], Mark.INDETERMINATE),
    ],
)
def test_the_result_is_the_worst_of_package_and_documents(
    pki: Pki, checker: CertificateChecker, system: str, persons: list[str], result: Mark
) -> None:
    records = [record(sign_person(PURCHASE, pki.signer(person))) for person in persons]
    assert ask(package(pki, *records, signer=system), checker).result is result


def test_a_changed_document_in_a_genuine_package_fails_it(
    pki: Pki, checker: CertificateChecker
) -> None:
    signed = sign_person(PURCHASE, pki.signer("customer2-head"))
    changed = signed.replace("Сорғылар".encode(), "Құбырлар".encode())
    explanation = ask(package(pki, record(changed)), checker)
    (document,) = explanation.documents
    assert document.steps[1].values["code"] == "DIGEST"
    assert explanation.signatures[0].entitled
    assert explanation.result is Mark.FAILED


@clause("S216-A2.1.2")
def test_a_hash_of_something_else_fails_the_package(pki: Pki, checker: CertificateChecker) -> None:
    signed = sign_person(PURCHASE, pki.signer("customer2-head"))
    wrong = hashlib.sha256(PURCHASE).hexdigest()
    explanation = ask(package(pki, record(signed, stated=wrong)), checker)
    (document,) = explanation.documents
    assert document.steps[0].code == "DOCUMENT_HASH"
    assert document.steps[0].values["stated"] == wrong
    assert document.signatures[0].entitled
    assert (document.result, explanation.result) == (Mark.FAILED, Mark.FAILED)


@pytest.mark.parametrize(
    ("inside", "code", "result"),
    [
        (record(b"<a>"), "DOCUMENT", Mark.FAILED),
        (record(b"", written="насос"), "DOCUMENT_NOT_BASE64", Mark.FAILED),
        (record(b"", written="AAA"), "DOCUMENT_NOT_BASE64", Mark.FAILED),
        (
            f"<Record><Document><FileRef><Sha256>{'a' * 64}</Sha256></FileRef></Document></Record>",
            "DOCUMENT_BESIDE",
            Mark.INDETERMINATE,
        ),
        ("<Record/>", "DOCUMENT_HASH", Mark.FAILED),
    ],
)
def test_what_cannot_be_judged_within_is_told(
    pki: Pki, checker: CertificateChecker, inside: str, code: str, result: Mark
) -> None:
    explanation = ask(package(pki, inside), checker)
    (document,) = explanation.documents
    assert (document.steps[0].code, document.signatures) == (code, ())
    assert explanation.result is result


def test_a_package_is_found_in_its_envelope(pki: Pki, checker: CertificateChecker) -> None:
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    signed = sign_person(PURCHASE, pki.signer("customer2-head"))
    envelope = etree.fromstring(f'<e:Envelope xmlns:e="{soap}"><e:Body><o/></e:Body></e:Envelope>')
    envelope[0][0].append(parse(package(pki, record(signed))))
    (document,) = ask(etree.tostring(envelope), checker).documents
    assert document.result is Mark.PASSED


def test_a_kind_that_is_asked_for_is_the_packages_and_not_the_documents(
    pki: Pki, checker: CertificateChecker
) -> None:
    data = package(pki, record(sign_person(PURCHASE, pki.signer("customer2-head"))))
    explanation = explain(data, VerificationQuestion(now(), checker, kind=DocumentKind.SYSTEM))
    assert explanation.result is Mark.PASSED


def test_what_a_package_carries_is_signed_by_persons_who_may_sign_a_purchase(
    pki: Pki, checker: CertificateChecker
) -> None:
    foreign = sign_person(b"<letter>x</letter>", pki.signer("customer2-employee"))
    (document,) = ask(package(pki, record(foreign)), checker).documents
    assert document.signatures[0].entitled is False


def test_nothing_within_is_opened_while_the_package_is_not_genuine(
    pki: Pki, checker: CertificateChecker
) -> None:
    data = package(pki, record(sign_person(PURCHASE, pki.signer("customer2-head"))))
    explanation = ask(data.replace(b"<DocumentHash>", b"<DocumentHash> "), checker)
    assert (explanation.result, explanation.documents) == (Mark.FAILED, ())


def test_a_package_within_a_package_is_not_opened(pki: Pki, checker: CertificateChecker) -> None:
    inner = package(pki, record(sign_person(PURCHASE, pki.signer("customer2-head"))))
    (document,) = ask(package(pki, record(inner)), checker).documents
    assert len(document.signatures) == 1
    assert document.documents == ()


@pytest.mark.parametrize("language", Language)
def test_people_and_programs_are_told_of_the_documents(
    pki: Pki, checker: CertificateChecker, language: Language
) -> None:
    data = package(pki, record(sign_person(PURCHASE, pki.signer("customer2-employee"))))
    explanation = ask(data, checker)
    lines = list(as_text(explanation, language))
    assert f"{WORDS['step']['DOCUMENT'][language]} {PLACE.format(1)}" in lines
    assert len([line for line in lines if WORDS["step"]["RESULT"][language] in line]) == 2
    (document,) = json.loads(as_json(explanation, "p.xml", language))["documents"]
    assert (document["path"], document["result"]) == (PLACE.format(1), "FAILED")
    assert document["signatures"][0]["entitled"] is False
