"""The applications of the story under both orders, as the operator of the SEZ files them."""

from typing import Any

from deploy.authority.identities import SEZ_OPERATOR, SEZ_SYSTEM
from deploy.authority.people import CUSTOMER1, SADYKOV

Form = dict[str, Any]
SIGNER = f"{SADYKOV.surname} {SADYKOV.given} {SADYKOV.patronymic}"
CODE = "SEZ01"


def of_order_216(*, notarised: bool = True) -> Form:
    """By annex 1 of order 216; without a notary's witness it is returned."""
    return _common("2018-08-24") | {
        "addressee": "AUTH_SOLID",
        "sectors": ["HYDROCARBONS", "URANIUM"],
        "attachments": [_document("SECURITY_ATTESTAT", 12, notarised=notarised)],
    }


def of_order_95() -> Form:
    """By annex 1 of order 95, with its documents, users, staff, inventory and support."""
    return _common("2017-01-13") | {
        "addressee": "AUTHORITY",
        "sectors": ["HYDROCARBONS", "SOLID"],
        "documentation_sheets": 40,
        "users": [_user()],
        "staff": [_worker()],
        "software": [{"name": "PostgreSQL", "version": "9.6", "purpose": "деректер базасы"}],
        "hardware": [{"kind": "сервер", "cores": 16, "memory_gb": 64, "disk_gb": 2000}],
        "platform": {"id": "rack-1", "owner": SEZ_OPERATOR.bin},
        "support": {
            "telephone": "+7 717 200 00 00",
            "email": "help@sez.example.kz",
            "on_working_days": True,
            "lines": 3,
            "answer_seconds": 45.0,
        },
        "administered_by": [SEZ_OPERATOR.bin],
        "languages": ["kk", "ru"],
        "attachments": _documents_of_order_95(),
    }


def entry(access: str, endpoint: str, conditions: list[int]) -> Form:
    """The conditions that an act fixes."""
    return {
        "code": CODE,
        "bin": SEZ_OPERATOR.bin,
        "name": SEZ_OPERATOR.name,
        "system_uid": SEZ_SYSTEM[0],
        "endpoint": endpoint,
        "access_date": access,
        "conditions": conditions,
    }


def _common(signed_on: str) -> Form:
    return {
        "applicant": {
            "name": SEZ_OPERATOR.name,
            "number": SEZ_OPERATOR.bin,
            "relation": "OWNER",
            "representative": SIGNER,
        },
        "sez_name": SEZ_SYSTEM[1],
        "web_address": "https://sez.example.kz",
        "attestat_sheets": 12,
        "ready": True,
        "signed_by": SIGNER,
        "sealed": True,
        "signed_on": signed_on,
        "location": {
            "site": "Астана қаласы, Мәңгілік Ел даңғылы, 55",
            "addresses": [{"address": "192.0.2.7", "country": "KZ", "evidence": "AS64500"}],
        },
    }


def _user() -> Form:
    contract = {"number": "1234-УВС", "concluded_on": "2010-05-04"}
    return {
        "name": CUSTOMER1.name,
        "number": CUSTOMER1.bin,
        "standing": "SUBSOIL_USER",
        "contracts": [contract],
    }


def _worker() -> Form:
    return {
        "surname": SADYKOV.surname,
        "name": SADYKOV.given,
        "patronymic": SADYKOV.patronymic,
        "position": "директор",
        "hired_on": "2012-01-09",
        "order_number": "1-к",
        "order_on": "2012-01-06",
    }


def _documents_of_order_95() -> list[Form]:
    kinds = (
        *("FOUNDING_DOCUMENTS", "STATE_REGISTRATION", "INVENTORY", "OWNERSHIP"),
        *("USERS_FOUNDING_DOCUMENTS", "NON_AFFILIATION"),
    )
    return [
        *(_document(kind, 3) for kind in kinds),
        _document("DOCUMENTATION", 40),
        _document("SECURITY_ATTESTAT", 12, notarised=True),
    ]


def _document(kind: str, sheets: int, *, notarised: bool = False) -> Form:
    told: Form = {"kind": kind, "name": f"{kind}.pdf", "sha256": "ab" * 32, "sheets": sheets}
    witness = {"notary": "Нотариус Оспанова Г. Ә.", "number": "17", "witnessed_on": "2017-01-05"}
    return told | ({"notarisation": witness} if notarised else {})
