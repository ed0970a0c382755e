"""Whom a certificate names, wherever in the subject it says so."""

import pytest
from asn1crypto import pem, x509

from deploy.authority.identities import CUSTOMER1, SEZ_OPERATOR
from shared_contracts.signing.report import Subject
from shared_contracts.signing.roles import (
    EMPLOYEE,
    FIRST_HEAD,
    INDIVIDUAL,
    INFORMATION_SYSTEM,
    LEGAL_ENTITY,
    SYSTEM_OF_AN_INDIVIDUAL,
)
from shared_contracts.signing.subject import Holder, holder_of, is_system, subject_of
from tests.clauses import clause
from tests.pki import Pki
from tests.shared_contracts.signing.corpus import sample


@clause("S216-A2.1.3")
def test_an_employee_of_an_organisation_is_named_with_both_numbers(pki: Pki) -> None:
    subject = subject_of(pki.signer("customer1-head").certificates[0])
    assert subject.common_name == "АХМЕТОВ ЕРЛАН"
    assert (subject.iin, subject.bin) == ("800314300212", CUSTOMER1.bin)
    assert subject.organisation == CUSTOMER1.name
    assert subject.system_uid is None
    assert "1.2.398.3.3.4.1.2.1" in subject.roles


def test_a_system_is_named_by_its_uid_and_bin(pki: Pki) -> None:
    subject = subject_of(pki.signer("sez").certificates[0])
    assert (subject.system_uid, subject.bin) == ("1.2.398.5.216.1.1", SEZ_OPERATOR.bin)
    assert subject.iin is None
    assert subject.roles == {"1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.6"}


def test_a_person_has_no_bin(pki: Pki) -> None:
    subject = subject_of(pki.signer("person").certificates[0])
    assert (subject.bin, subject.organisation) == (None, None)


@pytest.mark.parametrize("name", ["individual_valid_sign_2004_rsa", "ceo_valid_sign_2004_gost"])
def test_certificates_of_the_national_authority_are_read(name: str) -> None:
    data = sample(f"ncanode-pki/certs/{name}.cer")
    der = pem.unarmor(data)[2] if pem.detect(data) else data
    subject = subject_of(der)
    assert subject.iin == "123456789011"
    assert subject.bin == ("123456789021" if name.startswith("ceo") else None)


@pytest.mark.parametrize("text", ["IIN12345678901", "IIN1234567890123", "IIN12345678901x", "X"])
def test_what_is_not_twelve_digits_is_no_number(pki: Pki, text: str) -> None:
    certificate = x509.Certificate.load(pki.signer("person").certificates[0])
    name = x509.Name.build({"serial_number": text, "common_name": "X"})
    certificate["tbs_certificate"]["subject"] = name
    assert subject_of(certificate.dump(force=True)).iin is None


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        (["BIN050240015330", "Бухгалтерия"], "050240015330"),
        (["BIN050240015330", "BIN111040009781"], None),
    ],
)
def test_two_organisations_in_one_certificate_are_none(
    pki: Pki, units: list[str], expected: str | None
) -> None:
    certificate = x509.Certificate.load(pki.signer("person").certificates[0])
    names = [x509.Name.build({"organizational_unit_name": unit}).chosen[0] for unit in units]
    certificate["tbs_certificate"]["subject"] = x509.Name("", x509.RDNSequence(names))
    assert subject_of(certificate.dump(force=True)).bin == expected


def test_what_is_no_certificate_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        subject_of(b"junk")


@pytest.mark.parametrize(
    ("name", "holder"),
    [
        ("sez", Holder.SYSTEM),
        ("sez-gost", Holder.SYSTEM),
        ("customer1-head", Holder.ORGANISATION),
        ("customer2-signer", Holder.ORGANISATION),
        ("person", Holder.INDIVIDUAL),
        ("person-gost", Holder.INDIVIDUAL),
    ],
)
def test_the_kind_of_owner_is_read_from_roles_and_numbers(
    pki: Pki, name: str, holder: Holder
) -> None:
    assert holder_of(subject_of(pki.signer(name).certificates[0])) is holder


def owner(*roles: str, iin: str | None = None, bin_: str | None = None, name: str = "") -> Subject:
    return Subject("X", iin, bin_, name or None, None, frozenset(roles))


IIN, BIN = "880616402757", "050240015330"


@pytest.mark.parametrize(
    ("subject", "holder"),
    [
        (owner(INDIVIDUAL, iin=IIN, name="ИП ЖҰМАБАЕВ"), Holder.ENTREPRENEUR),
        (owner(INDIVIDUAL, iin=IIN), Holder.INDIVIDUAL),
        (owner(LEGAL_ENTITY, EMPLOYEE, iin=IIN, bin_=BIN), Holder.ORGANISATION),
        (owner(FIRST_HEAD, iin=IIN, bin_=BIN), Holder.ORGANISATION),
        (owner(LEGAL_ENTITY, FIRST_HEAD, iin=IIN), None),
        (owner(SYSTEM_OF_AN_INDIVIDUAL, iin=IIN), Holder.SYSTEM),
        (owner(LEGAL_ENTITY, f"{INFORMATION_SYSTEM}.3", bin_=BIN), Holder.SYSTEM),
        (owner(), None),
    ],
)
def test_an_entrepreneur_is_an_individual_with_the_name_of_a_business(
    subject: Subject, holder: Holder | None
) -> None:
    assert holder_of(subject) is holder
    assert is_system(subject) is (holder is Holder.SYSTEM)
