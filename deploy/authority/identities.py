"""Who the test authority issues certificates to: systems and persons, none of them real."""

from dataclasses import dataclass
from typing import Literal

EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4"
INDIVIDUAL = "1.2.398.3.3.4.1.1"
LEGAL_ENTITY = "1.2.398.3.3.4.1.2"
FIRST_HEAD = "1.2.398.3.3.4.1.2.1"
RIGHT_TO_SIGN = "1.2.398.3.3.4.1.2.2"
EMPLOYEE = "1.2.398.3.3.4.1.2.5"
INFORMATION_SYSTEM = "1.2.398.3.3.4.1.2.6"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A legal entity as its certificates name it."""

    name: str
    bin: str


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person as certificates name them."""

    surname: str
    given: str
    patronymic: str
    iin: str


@dataclass(frozen=True, slots=True)
class Identity:
    """One certificate to issue: to whom, for which roles, and in what state."""

    name: str
    roles: tuple[str, ...]
    organisation: Organisation | None = None
    person: Person | None = None
    system: tuple[str, str] | None = None
    usage: tuple[str, ...] = ("digital_signature", "non_repudiation")
    state: Literal["good", "expired", "revoked"] = "good"
    issuer: Literal["issuing", "foreign-ca"] = "issuing"

    @property
    def subject(self) -> dict[str, str]:
        """The subject in the layout of Kazakhstan's certificates, by attribute."""
        return (
            {"country_name": "KZ"}
            | _person_attributes(self.person)
            | _system_attributes(self.system)
            | _organisation_attributes(self.organisation)
        )


def _person_attributes(person: Person | None) -> dict[str, str]:
    if person is None:
        return {}
    return {
        "common_name": f"{person.surname} {person.given}",
        "surname": person.surname,
        "serial_number": f"IIN{person.iin}",
        "given_name": person.patronymic,
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


REGISTRY_OPERATOR = Organisation("АО «ОПЕРАТОР РЕЕСТРА ТРУ»", "990140000007")
SEZ_OPERATOR = Organisation("ТОО «ЭЛЕКТРОНДЫ САТЫП АЛУ»", "190340004129")
SEZ2_OPERATOR = Organisation("ТОО «ЖАЙЫК ТЕНДЕР»", "210840021074")
CUSTOMER1 = Organisation("ТОО «АҚЖАР МҰНАЙ ОПЕРЕЙТИНГ»", "050240015330")
CUSTOMER2 = Organisation("ТОО «ҚЫЗЫЛОРДА ПОДРЯД СЕРВИС»", "111040009781")
STRANGER = Organisation("ТОО «БЕЛГІСІЗ КОМПАНИЯ»", "060140000618")

_AKHMETOV = Person("АХМЕТОВ", "ЕРЛАН", "СЕРІКҰЛЫ", "800314300212")
_SULEIMENOVA = Person("СҮЛЕЙМЕНОВА", "АЙГҮЛ", "БОЛАТҚЫЗЫ", "850724450184")
_NURLANOV = Person("НҰРЛАНОВ", "ДАНИЯР", "МАРАТҰЛЫ", "901103302463")
_KASYMOVA = Person("ҚАСЫМОВА", "ГҮЛНАРА", "ЕРМЕКҚЫЗЫ", "780529401170")
_OSPANOV = Person("ОСПАНОВ", "ТІЛЕК", "ҚАЙРАТҰЛЫ", "820907301555")
_IBRAEVA = Person("ИБРАЕВА", "МАДИНА", "АСҚАРҚЫЗЫ", "911215450926")
_BEKTUROV = Person("БЕКТҰРОВ", "САМАТ", "ЖАНДОСҰЛЫ", "760405303886")
_ZHUMABAYEV = Person("ЖҰМАБАЕВ", "АРМАН", "НҰРБОЛҰЛЫ", "880616402757")

HEAD = (EMAIL_PROTECTION, LEGAL_ENTITY, FIRST_HEAD)
SYSTEM = (LEGAL_ENTITY, INFORMATION_SYSTEM)

SEZ_SYSTEM = ("1.2.398.5.216.1.1", "ИС «ЭЛЕКТРОНДЫ САТЫП АЛУ»")
SEZ2_SYSTEM = ("1.2.398.5.216.1.2", "ИС «ЖАЙЫК ТЕНДЕР»")

IDENTITIES = (
    Identity(
        "registry",
        SYSTEM,
        REGISTRY_OPERATOR,
        system=("1.2.398.5.216.1", "ИС «РЕЕСТР ТРУ»"),
    ),
    Identity("sez", SYSTEM, SEZ_OPERATOR, system=SEZ_SYSTEM),
    Identity("sez2", SYSTEM, SEZ2_OPERATOR, system=SEZ2_SYSTEM),
    Identity("sez-expired", SYSTEM, SEZ_OPERATOR, system=SEZ_SYSTEM, state="expired"),
    Identity("sez-revoked", SYSTEM, SEZ_OPERATOR, system=SEZ_SYSTEM, state="revoked"),
    Identity("customer1-head", HEAD, CUSTOMER1, _AKHMETOV),
    Identity(
        "customer1-signer",
        (EMAIL_PROTECTION, LEGAL_ENTITY, RIGHT_TO_SIGN),
        CUSTOMER1,
        _SULEIMENOVA,
    ),
    Identity(
        "customer1-employee", (EMAIL_PROTECTION, LEGAL_ENTITY, EMPLOYEE), CUSTOMER1, _NURLANOV
    ),
    Identity(
        "customer1-auth",
        (EMAIL_PROTECTION, LEGAL_ENTITY, FIRST_HEAD),
        CUSTOMER1,
        _AKHMETOV,
        usage=("digital_signature", "key_encipherment"),
    ),
    Identity("customer1-revoked", HEAD, CUSTOMER1, _KASYMOVA, state="revoked"),
    Identity("customer1-expired", HEAD, CUSTOMER1, _OSPANOV, state="expired"),
    Identity("customer2-head", HEAD, CUSTOMER2, _IBRAEVA),
    Identity("person", (EMAIL_PROTECTION, INDIVIDUAL), person=_ZHUMABAYEV),
    Identity("stranger-head", HEAD, STRANGER, _BEKTUROV, issuer="foreign-ca"),
)
"""Every certificate of the test authority; names are those of the files it writes."""


def identity(name: str) -> Identity:
    """The identity called ``name``; KeyError names the unknown one."""
    for candidate in IDENTITIES:
        if candidate.name == name:
            return candidate
    raise KeyError(f"no test identity is called {name!r}")
