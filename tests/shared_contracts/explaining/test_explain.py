"""Any signed XML is explained step by step, to people in three languages and to programs."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from asn1crypto import x509
from lxml import etree

from deploy.authority.identities import CUSTOMER1, CUSTOMER2
from shared_contracts.astana_time import now
from shared_contracts.explaining.explain import (
    EXIT_CODES,
    Explanation,
    VerificationQuestion,
    explain,
    untrusted,
)
from shared_contracts.explaining.rendering import as_json, as_text
from shared_contracts.explaining.steps import Mark, VerificationStep, signer
from shared_contracts.language import Language
from shared_contracts.messages.document import DocumentKind
from shared_contracts.signing.report import Indication, SignatureForm, SubIndication
from shared_contracts.signing.sign import sign_person, sign_system
from shared_contracts.signing.trust import CertificateChecker, load_profile
from shared_contracts.signing.validation.revocation import HttpFetch
from tests.clauses import clause
from tests.pki import Pki
from tests.shared_contracts.signing.corpus import CORPUS, needs_corpus
from tests.shared_contracts.signing.oracles import DOCUMENT, NAMESPACE, parse

PURCHASE = f'<Purchase xmlns="{NAMESPACE}"><Title>Сорғылар</Title></Purchase>'.encode()
MESSAGE = DOCUMENT.replace(b"Package", b"Receipt")
STEPS = [
    "SIGNATURE",
    "SIGNER",
    "ROLES",
    "TIME",
    "STAMP",
    "CHAIN",
    "VALIDITY",
    "REVOCATION",
    "RIGHT",
    "VERDICT",
]


@pytest.fixture(scope="module")
def checker(pki: Pki) -> Iterator[CertificateChecker]:
    profile = load_profile(pki.trust)
    with closing(HttpFetch(profile.limits)) as fetch:
        yield CertificateChecker(profile, fetch)


@pytest.fixture(autouse=True)
def _anew(checker: CertificateChecker) -> None:
    checker.forget()


def asked(
    checker: CertificateChecker | None, *expected: str, kind: DocumentKind | None = None
) -> VerificationQuestion:
    return VerificationQuestion(now(), checker, expected, kind)


def signed(pki: Pki, *names: str) -> bytes:
    """The purchase, signed by several one after another."""
    data = PURCHASE
    for name in names:
        data = sign_person(data, pki.signer(name))
    return data


def step(explanation: Explanation, name: str, number: int = 1) -> VerificationStep:
    """A step of one signature."""
    (found,) = [one for one in explanation.signatures[number - 1].steps if one.step == name]
    return found


def code(explanation: Explanation, name: str, number: int = 1) -> str:
    """The sentence that a step of one signature says."""
    return step(explanation, name, number).code


@clause("S216-A2.1.3", "S95-4")
@pytest.mark.parametrize(
    ("name", "algorithm", "number"),
    [
        ("customer1-head", "RSA-SHA256", CUSTOMER1.bin),
        ("customer2-head", "GOST-512", CUSTOMER2.bin),
        ("customer2-256", "GOST-256", CUSTOMER2.bin),
    ],
)
def test_a_good_signature_passes_every_step_in_order(
    pki: Pki, checker: CertificateChecker, name: str, algorithm: str, number: str
) -> None:
    explanation = explain(signed(pki, name), asked(checker, number))
    assert explanation.result is Mark.PASSED
    assert EXIT_CODES[explanation.result] == 0
    assert [one.step for one in explanation.steps] == ["FORM", "COVERED"]
    (only,) = explanation.signatures
    assert [one.step for one in only.steps] == STEPS
    assert {one.mark for one in only.steps} == {Mark.PASSED, Mark.INFO}
    assert step(explanation, "SIGNATURE").values["algorithm"] == algorithm
    assert step(explanation, "SIGNER").values["bin"] == number
    assert code(explanation, "RIGHT") == "ENTITLED"


def test_each_of_several_signatures_is_explained(pki: Pki, checker: CertificateChecker) -> None:
    data = signed(pki, "customer1-head", "customer2-signer", "customer1-employee")
    explanation = explain(data, asked(checker, CUSTOMER1.bin, CUSTOMER2.bin))
    assert [one.indication for one in explanation.signatures] == [Indication.TOTAL_PASSED] * 3
    assert [one.entitled for one in explanation.signatures] == [True, True, False]
    assert explanation.result is Mark.FAILED


@pytest.mark.parametrize(
    ("name", "numbers", "refusal"),
    [
        ("customer1-employee", [CUSTOMER1.bin], "ROLE_NOT_ALLOWED"),
        ("customer1-head", [CUSTOMER2.bin], "BIN_MISMATCH"),
        ("customer2-head", [CUSTOMER1.bin], "BIN_MISMATCH"),
        ("person", ["791028302728"], "IIN_MISMATCH"),
        ("customer2-financial", [], "ROLE_NOT_ALLOWED"),
    ],
)
@clause("S95-4", "S216-3")
def test_a_signer_without_the_right_fails_the_document(
    pki: Pki, checker: CertificateChecker, name: str, numbers: list[str], refusal: str
) -> None:
    explanation = explain(signed(pki, name), asked(checker, *numbers))
    assert step(explanation, "RIGHT").values["code"] == refusal
    assert code(explanation, "VERDICT") == "VERDICT"
    assert EXIT_CODES[explanation.result] == 1


@pytest.mark.parametrize("kind", [None, DocumentKind.BID, DocumentKind.SYSTEM])
@clause("S95-4", "S216-A2.1.3")
def test_a_systems_role_beside_a_persons_does_not_make_the_rules_less(
    pki: Pki, checker: CertificateChecker, kind: DocumentKind | None
) -> None:
    explanation = explain(signed(pki, "customer1-both"), asked(checker, CUSTOMER1.bin, kind=kind))
    (only,) = explanation.signatures
    assert only.sub_indication is SubIndication.CHAIN_CONSTRAINTS_FAILURE
    assert explanation.result is Mark.INDETERMINATE


@clause("S216-A2.1.3")
@pytest.mark.parametrize("kind", [None, DocumentKind.SYSTEM])
@pytest.mark.parametrize(
    "text",
    [
        b'<Package xmlns="urn:other"><a/></Package>',
        b"<Purchase/>",
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><o xmlns="urn:o">'
        b"<Receipt/></o></s:Body></s:Envelope>",
    ],
)
def test_a_name_of_the_contract_in_another_namespace_leaves_the_verdict_open(
    pki: Pki, checker: CertificateChecker, text: bytes, kind: DocumentKind | None
) -> None:
    explanation = explain(sign_person(text, pki.signer("sez")), asked(checker, kind=kind))
    assert explanation.result is Mark.INDETERMINATE
    (told,) = [one for one in explanation.steps if one.step == "CONTRACT"]
    assert told.mark is Mark.INDETERMINATE
    for language in Language:
        assert any(NAMESPACE in line for line in as_text(explanation, language))
    other = text.replace(b"Package", b"Other").replace(b"Purchase", b"Other")
    other = other.replace(b"Receipt", b"Other")
    plain = explain(sign_person(other, pki.signer("sez")), asked(checker, kind=kind))
    assert plain.result is Mark.PASSED


def test_without_a_number_only_the_role_is_judged(pki: Pki, checker: CertificateChecker) -> None:
    assert code(explain(signed(pki, "customer1-head"), asked(checker)), "RIGHT") == "ROLE_FITS"


def test_another_kind_of_document_has_other_signers(pki: Pki, checker: CertificateChecker) -> None:
    question = asked(checker, CUSTOMER1.bin, kind=DocumentKind.PROTOCOL)
    assert explain(signed(pki, "customer1-employee"), question).result is Mark.PASSED


@clause("S216-A2.1.3")
@pytest.mark.parametrize(
    ("name", "ground", "sentence"),
    [
        ("customer1-revoked", SubIndication.REVOKED_NO_POE, ("REVOCATION", "REVOKED")),
        ("customer2-revoked", SubIndication.REVOKED_NO_POE, ("REVOCATION", "REVOKED")),
        ("customer1-expired", SubIndication.OUT_OF_BOUNDS_NO_POE, ("VALIDITY", "OUT_OF_FORCE")),
        ("customer1-expired", SubIndication.OUT_OF_BOUNDS_NO_POE, ("CHAIN", "CHAIN_UNFIT")),
        ("customer1-auth", SubIndication.CHAIN_CONSTRAINTS_FAILURE, ("CHAIN", "CHAIN_UNFIT")),
        ("stranger-head", SubIndication.NO_CERTIFICATE_CHAIN_FOUND, ("CHAIN", "CHAIN_OPEN")),
        ("stranger-gost", SubIndication.NO_CERTIFICATE_CHAIN_FOUND, ("REVOCATION", "NOT_ASKED")),
    ],
)
def test_a_certificate_that_is_not_admitted_leaves_the_verdict_open(
    pki: Pki,
    checker: CertificateChecker,
    name: str,
    ground: SubIndication,
    sentence: tuple[str, str],
) -> None:
    explanation = explain(signed(pki, name), asked(checker))
    (only,) = explanation.signatures
    assert (only.indication, only.sub_indication) == (Indication.INDETERMINATE, ground)
    assert code(explanation, sentence[0]) == sentence[1]
    assert EXIT_CODES[explanation.result] == 2


def test_silence_of_the_authority_is_told(pki: Pki, checker: CertificateChecker) -> None:
    data = signed(pki, "customer1-head")
    with pki.silence():
        explanation = explain(data, asked(checker))
    assert code(explanation, "REVOCATION") == "NO_ANSWER"
    assert explanation.signatures[0].sub_indication is SubIndication.TRY_LATER


@clause("S216-A2.1.3")
@pytest.mark.parametrize("name", ["customer1-head", "customer2-head"])
def test_a_changed_document_is_refused_with_the_reason(
    pki: Pki, checker: CertificateChecker, name: str
) -> None:
    data = signed(pki, name).replace("Сорғылар".encode(), "Құбырлар".encode())
    explanation = explain(data, asked(checker))
    assert explanation.steps[0].values["code"] == "DIGEST"
    assert explanation.steps[1].values["code"] == Indication.TOTAL_FAILED
    assert explanation.signatures == ()
    assert EXIT_CODES[explanation.result] == 1


def test_without_a_profile_the_signature_is_proven_and_nobody_is_trusted(pki: Pki) -> None:
    explanation = explain(signed(pki, "customer2-head"), asked(None))
    assert code(explanation, "SIGNATURE") == "PROVEN"
    assert code(explanation, "CHAIN") == "NOBODY_TRUSTED"
    assert step(explanation, "SIGNER").values["bin"] == CUSTOMER2.bin
    assert EXIT_CODES[explanation.result] == 2


@clause("S216-3")
@pytest.mark.parametrize("name", ["sez", "sez-gost"])
def test_a_message_of_a_system_is_explained_as_such(
    pki: Pki, checker: CertificateChecker, name: str
) -> None:
    explanation = explain(sign_system(parse(MESSAGE), pki.signer(name)), asked(checker))
    assert explanation.steps[1].code == "COVERED_MESSAGE"
    assert step(explanation, "RIGHT").values["kind"] is DocumentKind.SYSTEM
    assert explanation.result is Mark.PASSED


def test_a_message_is_found_in_its_envelope(pki: Pki, checker: CertificateChecker) -> None:
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    envelope = etree.fromstring(f'<e:Envelope xmlns:e="{soap}"><e:Body><o/></e:Body></e:Envelope>')
    envelope[0][0].append(parse(sign_system(parse(MESSAGE), pki.signer("sez"))))
    explanation = explain(etree.tostring(envelope), asked(checker))
    assert step(explanation, "RIGHT").values["kind"] is DocumentKind.SYSTEM
    assert explanation.result is Mark.PASSED


@clause("S216-A2.1.3")
def test_a_time_stamp_gives_the_moment_of_verification(
    pki: Pki, checker: CertificateChecker
) -> None:
    data = sign_person(PURCHASE, pki.signer("customer2-head"), SignatureForm.XADES_T, pki.stamps())
    explanation = explain(data, asked(checker))
    assert step(explanation, "STAMP").mark is Mark.PASSED
    assert code(explanation, "TIME") == "CLAIMED"
    generated = step(explanation, "STAMP").values["generated"]
    assert step(explanation, "TIME").values["at"] == generated
    assert explanation.result is Mark.PASSED
    assert code(explain(data, asked(None)), "STAMP") == "STAMP_UNJUDGED"


def test_where_the_time_stamp_is_not_believed_the_chain_is_not_blamed(
    pki: Pki, checker: CertificateChecker
) -> None:
    def of_something_else(octets: bytes) -> bytes:
        return pki.stamps()(octets + b" ")

    data = sign_person(
        PURCHASE, pki.signer("customer2-head"), SignatureForm.XADES_T, of_something_else
    )
    explanation = explain(data, asked(checker))
    assert code(explanation, "STAMP") == "STAMP_OPEN"
    assert code(explanation, "CHAIN") == "CHAIN_UNJUDGED"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("customer1-head", "REVOCATION"), ("customer2-head", "REVOCATION_NO_NEXT")],
)
def test_an_answer_about_revocation_may_name_no_next_one(
    pki: Pki, checker: CertificateChecker, name: str, sentence: str
) -> None:
    assert code(explain(signed(pki, name), asked(checker)), "REVOCATION") == sentence


def test_a_signature_outlives_its_certificate_by_a_time_stamp(
    pki: Pki, checker: CertificateChecker
) -> None:
    expired = pki.signer("customer2-expired")
    made = x509.Certificate.load(expired.certificates[0]).not_valid_after - timedelta(days=1)

    def stamped(octets: bytes) -> bytes:
        return pki.authority.stamp(octets, at=made)

    data = sign_person(PURCHASE, expired, SignatureForm.XADES_T, stamped)
    explanation = explain(data, asked(checker))
    assert code(explanation, "VALIDITY") == "IN_FORCE"
    assert code(explain(signed(pki, "customer2-expired"), asked(checker)), "CHAIN") == "CHAIN_UNFIT"


def test_a_certificate_that_only_one_reader_can_open_is_nobodys() -> None:
    report = untrusted((b"\x30\x00",), now())
    assert (report.serial, report.subject.common_name) == ("", None)
    assert signer(report).code == "SIGNER_UNREADABLE"


def test_a_document_with_comments_tells_that_they_are_not_signed(pki: Pki) -> None:
    data = sign_person(b"<a><b>x</b></a>", pki.signer("customer2-head"))
    explanation = explain(data.replace(b"<b>", b"<!-- note --><b>"), asked(None))
    assert explanation.steps[1].code == "COVERED_BUT_COMMENTS"
    assert code(explanation, "RIGHT") == "NOT_JUDGED"


@pytest.mark.parametrize("language", Language)
def test_an_explanation_is_told_line_by_line(
    pki: Pki, checker: CertificateChecker, language: Language
) -> None:
    explanation = explain(signed(pki, "customer2-head"), asked(checker, CUSTOMER2.bin))
    lines = list(as_text(explanation, language))
    assert len([line for line in lines if line]) == 2 + 1 + len(STEPS) + 1
    assert any(CUSTOMER2.bin in line for line in lines)
    assert any("TOTAL-PASSED" in line for line in lines)


@pytest.mark.parametrize("language", Language)
def test_json_holds_codes_for_programs_and_sentences_for_people(
    pki: Pki, checker: CertificateChecker, language: Language
) -> None:
    explanation = explain(signed(pki, "customer1-head"), asked(checker, CUSTOMER2.bin))
    read = json.loads(as_json(explanation, "purchase.xml", language))
    assert (read["file"], read["result"]) == ("purchase.xml", "FAILED")
    (only,) = read["signatures"]
    assert (only["indication"], only["sub_indication"]) == ("TOTAL-PASSED", None)
    assert only["entitled"] is False
    right = next(one for one in only["steps"] if one["step"] == "RIGHT")
    assert right["values"]["code"] == "BIN_MISMATCH"
    assert right["text"] in "\n".join(as_text(explanation, language))


@needs_corpus
@pytest.mark.parametrize(
    ("name", "form", "covered", "algorithms"),
    [
        ("mitwork-2-8fdad250", SignatureForm.XMLDSIG, "COVERED_WHOLE", ["GOST-512"]),
        (
            "ncanode-XmlServiceTest-XML_SIGNED_VALID_STRING_TWO_SIGNERS",
            SignatureForm.XMLDSIG,
            "COVERED_WHOLE",
            ["RSA-SHA256", "GOST-512"],
        ),
        (
            "ncanode-WsseServiceTest-XML_SIGNED_STRING",
            SignatureForm.WSS,
            "COVERED_PART",
            ["RSA-SHA256"],
        ),
        ("xades-test-signed-b", SignatureForm.XADES_B, "COVERED_WHOLE", ["GOST-512"]),
        ("xades-test-signed-t", SignatureForm.XADES_T, "COVERED_WHOLE", ["GOST-512"]),
    ],
)
def test_what_kazakhstans_tools_sign_is_explained(
    name: str, form: SignatureForm, covered: str, algorithms: list[str]
) -> None:
    explanation = explain((CORPUS / f"{name}.xml").read_bytes(), asked(None))
    assert explanation.steps[0].values["form"] == form
    assert explanation.steps[1].code == covered
    found = [
        step(explanation, "SIGNATURE", number).values["algorithm"]
        for number in range(1, len(algorithms) + 1)
    ]
    assert found == algorithms
    assert explanation.result is Mark.INDETERMINATE


@clause("S95-4")
def test_whoever_signs_a_purchase_is_judged_as_a_person_whatever_the_role(
    pki: Pki, checker: CertificateChecker
) -> None:
    """A purpose that the profile asks of persons' keys is asked of a system's key as well."""
    profile = replace(checker.profile, purposes=frozenset({"1.2.3.4"}))
    with closing(HttpFetch(profile.limits)) as fetch:
        strict = VerificationQuestion(now(), CertificateChecker(profile, fetch))
        (as_person,) = explain(sign_person(PURCHASE, pki.signer("sez")), strict).signatures
        (as_system,) = explain(sign_system(parse(MESSAGE), pki.signer("sez")), strict).signatures
    assert as_person.sub_indication is SubIndication.CHAIN_CONSTRAINTS_FAILURE
    assert as_system.sub_indication is None
