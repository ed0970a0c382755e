"""An entry of the register is one under which a system can transmit (S216-10, S216-11)."""

from datetime import date
from typing import Any

import msgspec
import pytest

from registry.systems.entry import ensure_usable
from shared_contracts.errors import BadInput
from tests.registry.conftest import SEZ

PIN = "ab" * 32


@pytest.mark.parametrize(
    "changes",
    [
        {"system_uid": None, "certificate_sha256": PIN},
        {"tls_certificate_sha256": PIN},
        {"address": "https://sez.example.kz:8443/soap/"},
        {"address": "http://127.0.0.1:8402"},
        {"address": "http://[::1]:8402/"},
        {"conditions": (1, 2), "sectors": ("SOLID",)},
        {"access_date": date(2015, 3, 20)},
    ],
)
def test_an_entry_of_this_kind_is_taken(changes: dict[str, Any]) -> None:
    ensure_usable(msgspec.structs.replace(SEZ, **changes))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "../x"}, "code"),
        ({"code": "SEZ 03"}, "code"),
        ({"code": "S" * 41}, "code"),
        ({"code": "SEZ\0"}, "code"),
        ({"bin": "abc"}, "bin"),
        ({"bin": "111"}, "bin"),
        ({"bin": "190340004128"}, "bin"),
        ({"bin": "١٩٠٣٤٠٠٠٤١٢٩"}, "bin"),
        ({"name": ""}, "name"),
        ({"name": " \u200b"}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "n" * 501}, "name"),
        ({"system_uid": None}, "system_uid, certificate_sha256"),
        ({"system_uid": "anything"}, "system_uid"),
        ({"system_uid": ""}, "system_uid"),
        ({"certificate_sha256": "AB" * 32}, "certificate_sha256"),
        ({"tls_certificate_sha256": "0" * 63}, "tls_certificate_sha256"),
        ({"address": "javascript:alert(1)"}, "address"),
        ({"address": "https://"}, "address"),
        ({"address": "https://a b"}, "address"),
        ({"conditions": ()}, "conditions"),
        ({"conditions": (0,)}, "conditions"),
        ({"conditions": (1, 1)}, "conditions"),
        ({"sectors": ("OIL",)}, "sectors"),
        ({"access_date": date(1, 1, 1)}, "access_date"),
        ({"access_date": date(2100, 1, 1)}, "access_date"),
    ],
)
def test_an_entry_that_nobody_could_transmit_under_is_refused_by_its_field(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput, match=f"^{field}\\b.*give ") as refused:
        ensure_usable(msgspec.structs.replace(SEZ, **changes))
    assert str(refused.value).isprintable()


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        ensure_usable(msgspec.structs.replace(SEZ, code="", bin="1", conditions=()))
    assert str(refused.value).count("give ") == 3
