"""What is entered about a system, and what makes an entry one that can be used (S216-10, 11).

An entry stays in the log for ever, so what no system could transmit under is refused before.
"""

import re
from collections.abc import Collection, Iterator
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

import msgspec

from shared_contracts.errors import BadInput
from shared_contracts.identifiers import is_bin, is_sha256
from shared_contracts.limits import NAME
from shared_contracts.regimes import ORDER_95
from shared_contracts.rules.rule import blank
from shared_contracts.visible import visible

CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,39}")
"""The form of a system's code, as the schema has it (``x:SezCode``)."""

UID: Final = re.compile(r"[0-2](?:\.(?:0|[1-9]\d{0,15})){2,19}", re.ASCII)
"""The form of a system's UID in its certificate: an object identifier."""

ADDRESS: Final = re.compile(
    r"https?://(?:[A-Za-z0-9.\-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?(?:/\S*)?", re.ASCII
)
"""The form of the address under which a system is found."""

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
"""The machine itself: only there plain HTTP is called."""

CONDITIONS: Final = range(1, 100)
SECTORS: Final = ("HYDROCARBONS", "URANIUM", "SOLID")
LAST: Final = date(2100, 1, 1)
MOST_NETWORKS: Final = 50
_MAPPED: Final = 96
"""Bits before an address of IPv4 that is written as one of IPv6 (RFC 4291, 2.5.5.2)."""


class RegisterEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What is entered about a system; ``bin`` and ``system_uid`` are those of its certificate.

    ``certificate_sha256`` pins the certificate it signs with, ``tls_certificate_sha256`` the one
    it must show when it connects (S216-19). ``address`` is for people; ``endpoint`` is where its
    service stands, to which notices and audits are sent (S216-A3.5, S216-A3.6). ``networks`` are
    its network addresses, or networks as 192.0.2.0/28: from them alone it sends, and to them alone
    its endpoint leads (S216-11a); none named, none asked.
    """

    code: str
    bin: str
    name: str
    system_uid: str | None = None
    certificate_sha256: str | None = None
    tls_certificate_sha256: str | None = None
    address: str | None = None
    endpoint: str | None = None
    networks: tuple[str, ...] = ()
    conditions: tuple[int, ...] = (1,)
    sectors: tuple[str, ...] = ("HYDROCARBONS", "URANIUM")
    access_date: date


def ensure_usable(entry: RegisterEntry) -> None:
    """Raise ``BadInput`` with all that is wrong with an entry."""
    if flaws := [*_identity(entry), *_certificates(entry), *_terms(entry)]:
        raise BadInput("; ".join(flaws))


def _identity(entry: RegisterEntry) -> Iterator[str]:
    if not CODE.fullmatch(entry.code):
        yield _flaw("code", entry.code, "latin letters, digits, '.', '_', '-', at most 40")
    if not is_bin(entry.bin):
        yield _flaw("bin", entry.bin, "a BIN of 12 digits, the last being its control digit")
    if blank(entry.name) or len(entry.name) > NAME or visible(entry.name) != entry.name:
        yield _flaw("name", entry.name, f"1 to {NAME} characters that can be seen, on one line")


def _certificates(entry: RegisterEntry) -> Iterator[str]:
    if entry.system_uid is None and entry.certificate_sha256 is None:
        yield "system_uid, certificate_sha256: give one, else any certificate of the BIN signs"
    if entry.system_uid is not None and not UID.fullmatch(entry.system_uid):
        yield _flaw("system_uid", entry.system_uid, "the UID of its certificate: digits and dots")
    pins = {
        "certificate_sha256": entry.certificate_sha256,
        "tls_certificate_sha256": entry.tls_certificate_sha256,
    }
    for name, pin in pins.items():
        if pin is not None and not is_sha256(pin):
            yield _flaw(name, pin, "SHA-256 of the certificate's DER form, 64 signs 0-9 and a-f")


def _terms(entry: RegisterEntry) -> Iterator[str]:
    address = entry.address
    if address is not None and not (len(address) <= NAME and ADDRESS.fullmatch(address)):
        yield _flaw("address", address, "an address that begins with http:// or https://")
    if entry.endpoint is not None and not _is_endpoint(entry.endpoint):
        rule = "an address that begins with https://, or with http:// on the machine itself"
        yield _flaw("endpoint", entry.endpoint, f"{rule}, without a query, a fragment or a user")
    yield from _networks(entry.networks)
    yield from _chosen("conditions", entry.conditions, CONDITIONS, "numbers from 1 to 99")
    yield from _chosen("sectors", entry.sectors, SECTORS, ", ".join(SECTORS))
    if not ORDER_95 <= entry.access_date < LAST:
        yield _flaw("access_date", str(entry.access_date), f"a day from {ORDER_95} to {LAST}")


def _is_endpoint(address: str) -> bool:
    """Whether an address may be called: what leaves the machine is enciphered (S216-18.6)."""
    if len(address) > NAME or not ADDRESS.fullmatch(address) or {"?", "#", "@"} & set(address):
        return False
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        return False
    return parts.scheme == "https" or parts.hostname in LOOPBACK


def _networks(given: Collection[str]) -> Iterator[str]:
    """Addresses and networks that cannot be read, or are given twice."""
    read = [network_of(one) for one in given]
    if len(given) > MOST_NETWORKS or None in read or len(set(read)) != len(read):
        rule = "addresses or networks as 192.0.2.7 or 192.0.2.0/28, each once"
        yield _flaw("networks", ", ".join(given), f"at most {MOST_NETWORKS} {rule}")


def network_of(told: str) -> IPv4Network | IPv6Network | None:
    """The network that is written so, one address being a network of one; None for no network.

    IPv4 written as IPv6 is the same network.
    """
    try:
        found = ip_network(told)
    except ValueError:
        return None
    mapped = getattr(found.network_address, "ipv4_mapped", None)
    if mapped is None or found.prefixlen < _MAPPED:
        return found
    return IPv4Network((mapped, found.prefixlen - _MAPPED))


def lies_in(address: str, networks: Collection[str]) -> bool:
    """Whether an address is of one of these networks; IPv4 written as IPv6 is the same address."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    plain = getattr(found, "ipv4_mapped", None) or found
    return any(known is not None and plain in known for known in map(network_of, networks))


def _chosen(
    name: str, given: Collection[object], known: Collection[object], one_of: str
) -> Iterator[str]:
    if not given or len(set(given)) != len(given) or not set(given) <= set(known):
        yield _flaw(name, ", ".join(map(str, given)), f"one or more of {one_of}, each once")


def _flaw(name: str, value: str, rule: str) -> str:
    return f"{name} {visible(value)[:200]!r}: give {rule}"
