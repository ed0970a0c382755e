"""To whom the test authority issues certificates: systems and persons, none of them real.

Customer 1 and the systems have keys as they are usual in the world (RSA, P-256); customer 2 has
GOST keys, as Kazakhstan's national authority certifies them now.
"""

from dataclasses import dataclass, replace
from typing import Literal

from deploy.authority import people
from deploy.authority.people import (
    CUSTOMER1,
    CUSTOMER2,
    HCU_AUTHORITY,
    INNOVATION_AUTHORITY,
    REGISTRY_OPERATOR,
    SEZ2_OPERATOR,
    SEZ_OPERATOR,
    SOLID_AUTHORITY,
    STRANGER,
    Organisation,
    Person,
)

__all__ = [
    "CUSTOMER1",
    "CUSTOMER2",
    "IDENTITIES",
    "REGISTRY_OPERATOR",
    "SEZ2_OPERATOR",
    "SEZ_OPERATOR",
    "STRANGER",
    "IssuedIdentity",
    "Organisation",
    "Person",
    "identity",
]

EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4"
CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2"
INDIVIDUAL = "1.2.398.3.3.4.1.1"
LEGAL_ENTITY = "1.2.398.3.3.4.1.2"
FIRST_HEAD = "1.2.398.3.3.4.1.2.1"
RIGHT_TO_SIGN = "1.2.398.3.3.4.1.2.2"
FINANCIAL = "1.2.398.3.3.4.1.2.3"
EMPLOYEE = "1.2.398.3.3.4.1.2.5"
INFORMATION_SYSTEM = "1.2.398.3.3.4.1.2.6"

KeyKind = Literal["rsa", "p-256", "gost-512", "gost-256"]
"""Which key an identity has."""

State = Literal["good", "expired", "revoked", "unlisted", "never-issued"]
"""``unlisted`` is revoked by OCSP while the CRLs are silent; ``never-issued`` bears the authority's
signature, and the authority knows nothing of it."""

Issuer = Literal["issuing", "foreign-ca", "gost-issuing", "gost-foreign"]


@dataclass(frozen=True, slots=True)
class IssuedIdentity:
    """One certificate to issue: to whom, for which roles, with which key and in what state."""

    name: str
    roles: tuple[str, ...]
    organisation: Organisation | None = None
    person: Person | None = None
    system: tuple[str, str] | None = None
    usage: tuple[str, ...] = ("digital_signature", "non_repudiation")
    state: State = "good"
    issuer: Issuer = "issuing"
    key: KeyKind = "rsa"

    @property
    def has_gost_key(self) -> bool:
        """Whether the certificate is one of the GOST hierarchy."""
        return self.key.startswith("gost")

    @property
    def subject(self) -> dict[str, str]:
        """The subject in the layout of Kazakhstan's certificates, by attribute."""
        return (
            _person_attributes(self.person)
            | _system_attributes(self.system)
            | {"country_name": "KZ"}
            | _organisation_attributes(self.organisation)
            | ({"given_name": self.person.patronymic} if self.person else {})
        )


def _person_attributes(person: Person | None) -> dict[str, str]:
    if person is None:
        return {}
    return {
        "common_name": f"{person.surname} {person.given}",
        "surname": person.surname,
        "serial_number": f"IIN{person.iin}",
    }


def _system_attributes(system: tuple[str, str] | None) -> dict[str, str]:
    return {} if system is None else {"user_id": system[0], "common_name": system[1]}


def _organisation_attributes(organisation: Organisation | None) -> dict[str, str]:
    if organisation is None:
        return {}
    return {
        "organization_name": organisation.name,
        "organizational_unit_name": f"BIN{organisation.bin}",
    }


HEAD = (EMAIL_PROTECTION, LEGAL_ENTITY, FIRST_HEAD)
SIGNER = (EMAIL_PROTECTION, LEGAL_ENTITY, RIGHT_TO_SIGN)
SYSTEM = (LEGAL_ENTITY, INFORMATION_SYSTEM)
AGREEMENT = ("digital_signature", "non_repudiation", "key_agreement")
"""Key usage in the national authority's certificates for signing since 2023."""
ENTRY = ("digital_signature", "key_encipherment")
"""Key usage in certificates for signing in only."""

SEZ_SYSTEM = ("1.2.398.5.216.1.1", "ИС «ЭЛЕКТРОНДЫ САТЫП АЛУ»")
SEZ2_SYSTEM = ("1.2.398.5.216.1.2", "ИС «ЖАЙЫК ТЕНДЕР»")
_SEZ = IssuedIdentity("sez", SYSTEM, SEZ_OPERATOR, system=SEZ_SYSTEM, key="p-256")
_CUSTOMER2_HEAD = IssuedIdentity(
    "customer2",
    HEAD,
    CUSTOMER2,
    people.IBRAEVA,
    usage=AGREEMENT,
    issuer="gost-issuing",
    key="gost-512",
)

SYSTEMS = (
    IssuedIdentity(
        "registry",
        SYSTEM,
        REGISTRY_OPERATOR,
        system=("1.2.398.5.216.1", "ИС «РЕЕСТР ТРУ»"),
        key="p-256",
    ),
    _SEZ,
    IssuedIdentity("sez2", SYSTEM, SEZ2_OPERATOR, system=SEZ2_SYSTEM, key="p-256"),
    replace(_SEZ, name="sez-expired", state="expired"),
    replace(_SEZ, name="sez-revoked", state="revoked"),
    replace(_SEZ, name="sez-gost", usage=AGREEMENT, issuer="gost-issuing", key="gost-512"),
)

PERSONS = (
    IssuedIdentity("customer1-head", HEAD, CUSTOMER1, people.AKHMETOV),
    IssuedIdentity("customer1-signer", SIGNER, CUSTOMER1, people.SULEIMENOVA),
    IssuedIdentity(
        "customer1-employee",
        (EMAIL_PROTECTION, LEGAL_ENTITY, EMPLOYEE),
        CUSTOMER1,
        people.NURLANOV,
    ),
    IssuedIdentity("customer1-auth", HEAD, CUSTOMER1, people.AKHMETOV, usage=ENTRY),
    IssuedIdentity(
        "customer1-both",
        (*HEAD, INFORMATION_SYSTEM),
        CUSTOMER1,
        people.AKHMETOV,
        usage=ENTRY,
        key="p-256",
    ),
    IssuedIdentity("customer1-revoked", HEAD, CUSTOMER1, people.KASYMOVA, state="revoked"),
    IssuedIdentity("customer1-expired", HEAD, CUSTOMER1, people.OSPANOV, state="expired"),
    IssuedIdentity("customer2-head-rsa", HEAD, CUSTOMER2, people.IBRAEVA),
    IssuedIdentity("person", (EMAIL_PROTECTION, INDIVIDUAL), person=people.ZHUMABAYEV),
    IssuedIdentity("stranger-head", HEAD, STRANGER, people.BEKTUROV, issuer="foreign-ca"),
)


def _of_customer2(
    name: str, person: Person, role: str = FIRST_HEAD, state: State = "good"
) -> IssuedIdentity:
    """A certificate of customer 2, with a GOST key."""
    roles = (EMAIL_PROTECTION, LEGAL_ENTITY, role)
    return replace(
        _CUSTOMER2_HEAD, name=f"customer2-{name}", roles=roles, person=person, state=state
    )


GOST_PERSONS = (
    _of_customer2("head", people.IBRAEVA),
    _of_customer2("signer", people.SARSENOV, RIGHT_TO_SIGN),
    _of_customer2("deputy", people.ABDRAKHMANOVA, RIGHT_TO_SIGN),
    _of_customer2("financial", people.TULEGENOVA, FINANCIAL),
    _of_customer2("employee", people.ABENOV, EMPLOYEE),
    _of_customer2("revoked", people.KENZHEBAYEVA, state="revoked"),
    _of_customer2("expired", people.DAUTOV, state="expired"),
    _of_customer2("unlisted", people.SMAILOVA, state="unlisted"),
    _of_customer2("never-issued", people.ERMEKOV, state="never-issued"),
    replace(_of_customer2("256", people.OMAROVA, RIGHT_TO_SIGN), key="gost-256"),
    replace(
        _of_customer2("auth", people.IBRAEVA),
        roles=(CLIENT_AUTHENTICATION, LEGAL_ENTITY, FIRST_HEAD),
        usage=ENTRY,
    ),
    replace(
        _CUSTOMER2_HEAD,
        name="person-gost",
        roles=(EMAIL_PROTECTION, INDIVIDUAL),
        organisation=None,
        person=people.ISKAKOV,
    ),
    replace(
        _CUSTOMER2_HEAD,
        name="stranger-gost",
        organisation=STRANGER,
        person=people.BEKTUROV,
        issuer="gost-foreign",
    ),
)

PARTIES = tuple(
    IssuedIdentity(name, HEAD, organisation, person, key="p-256")
    for name, organisation, person in (
        ("applicant", SEZ_OPERATOR, people.SADYKOV),
        ("authority-innovation", INNOVATION_AUTHORITY, people.TOKTAROVA),
        ("authority-solid", SOLID_AUTHORITY, people.ZHAKENOV),
        ("authority-hcu", HCU_AUTHORITY, people.BAIZHANOVA),
    )
)
"""Who signs the documents of an admission: the head of the operator, officials of the bodies."""

IDENTITIES = (*SYSTEMS, *PERSONS, *PARTIES, *GOST_PERSONS)
"""Every certificate of the test authority; names are those of the files it writes."""


def identity(name: str) -> IssuedIdentity:
    """The identity called ``name``; KeyError names the unknown one."""
    for candidate in IDENTITIES:
        if candidate.name == name:
            return candidate
    raise KeyError(f"no test identity is called {name!r}")
