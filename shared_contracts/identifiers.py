"""Identifiers and formats of Kazakhstan, and what makes each of them right (S216-A4.1-5)."""

import re
import secrets
from functools import lru_cache
from uuid import UUID

from shared_contracts.astana_time import nanoseconds

BIN = re.compile(r"\d{2}(?:0[1-9]|1[0-2])[4-6][0-3]\d{6}", re.ASCII)
"""Year, month, kind of entity (4-6), attribute (0-3), number, check digit (decree 406 of 2007)."""

IIN = re.compile(r"\d{4}[0-3]\d{7}", re.ASCII)
"""Twelve digits of a person; since 2013 they need not match the day of birth (decree 853)."""

PHONE = re.compile(r"\+7[67]\d{9}", re.ASCII)
"""A number of Kazakhstan by E.164."""

EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@(?:[^\s@.\-][^\s@.]{0,62}\.)+[^\s@.\d][^\s@.]{1,62}")
"""A mailbox at a domain; domains of Kazakhstan may be written in Cyrillic."""

URL = re.compile(r"https?://(?:[^\s/?#@.:]{1,63}\.)+[^\s/?#@.:]{2,63}(?::\d{1,5})?(?:[/?#]\S*)?")
"""An address of a site by name, over HTTP or HTTPS."""

IBAN = re.compile(r"KZ\d{5}[A-Z0-9]{13}", re.ASCII)
"""An account in a bank of Kazakhstan: country, check digits, bank, account (ISO 13616)."""

_LETTERS = "A-Za-zА-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі0-9"
PURCHASE_CODE = re.compile(rf"[{_LETTERS}][{_LETTERS}_.\-/]{{0,49}}")
"""A code of a purchase, as the Registry shows it: up to 50 characters."""

ENS_TRU = re.compile(r"\d{6}\.\d{3}\.\d{6}", re.ASCII)
"""A code of the unified nomenclature; its first six digits are a subcategory of the SKP."""

KPVED = re.compile(r"[A-U]|\d{2}(?:\.\d(?:\d(?:\.\d(?:\d(?:\.\d{1,4})?)?)?)?)?", re.ASCII)
"""A code of the product classifier: section, or division to subcategory and deeper."""

KATO = re.compile(r"\d{9}", re.ASCII)
"""A code of the classifier of administrative-territorial objects: AB CD EF HIJ."""

MKEI = re.compile(r"\d{3,4}", re.ASCII)
"""A code of the classifier of units; leading zeros matter, national codes have four digits."""

SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
"""SHA-256 in lower-case hexadecimal digits."""

_FIRST = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def check_digit(prefix: str) -> int | None:
    """The twelfth digit after eleven of a BIN or IIN; None if such a number is never given."""
    for weights in (_FIRST, _SECOND):
        rest = sum(int(digit) * weight for digit, weight in zip(prefix, weights, strict=True)) % 11
        if rest < 10:  # noqa: PLR2004 - one decimal digit
            return rest
    return None


@lru_cache(maxsize=16_384)
def is_bin(text: str) -> bool:
    """Whether ``text`` is a business identification number: structure and check digit."""
    return BIN.fullmatch(text) is not None and check_digit(text[:11]) == int(text[11])


@lru_cache(maxsize=16_384)
def is_iin(text: str) -> bool:
    """Whether ``text`` is an individual identification number: structure and check digit."""
    return IIN.fullmatch(text) is not None and check_digit(text[:11]) == int(text[11])


def is_phone(text: str) -> bool:
    """Whether ``text`` is a telephone number of Kazakhstan in the form +7XXXXXXXXXX."""
    return PHONE.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Whether ``text`` has the form of an e-mail address, at most 254 characters."""
    return len(text) <= 254 and EMAIL.fullmatch(text) is not None  # noqa: PLR2004 - RFC 5321


def is_url(text: str) -> bool:
    """Whether ``text`` is an http or https address, at most 2,000 characters."""
    return len(text) <= 2000 and URL.fullmatch(text) is not None  # noqa: PLR2004 - as the schema


def is_iban(text: str) -> bool:
    """Whether ``text`` is an account number of Kazakhstan with the right check digits (mod 97)."""
    if IBAN.fullmatch(text) is None:
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def is_purchase_code(text: str) -> bool:
    """Whether ``text`` may name a purchase."""
    return PURCHASE_CODE.fullmatch(text) is not None


def is_ens_tru(text: str) -> bool:
    """Whether ``text`` has the form of a code of ENS TRU."""
    return ENS_TRU.fullmatch(text) is not None


def is_sha256(text: str) -> bool:
    """Whether ``text`` is written as a SHA-256: 64 lower-case hexadecimal digits."""
    return SHA256.fullmatch(text) is not None


@lru_cache(maxsize=16_384)
def kpved(text: str) -> str:
    """The dotted form of a product code: 282982 is 28.29.82; anything else stays as it is."""
    if text.isascii() and text.isdigit() and 2 < len(text) <= 6:  # noqa: PLR2004 - NN to NNNNNN
        return ".".join(text[start : start + 2] for start in (0, 2, 4) if text[start : start + 2])
    return text


def is_kpved(text: str) -> bool:
    """Whether ``text`` has the form of a code of the product classifier, dotted."""
    return KPVED.fullmatch(text) is not None


def kpved_level(text: str) -> int:
    """Depth of a dotted product code: 0 section, 1 division, 2 group, 3 class, 4 and 5 below."""
    return (0, 0, 1, 1, 2, 3, 3, 4, 5)[min(len(text), 8)]


def is_kato(text: str) -> bool:
    """Whether ``text`` has the form of a code of KATO."""
    return KATO.fullmatch(text) is not None


@lru_cache(maxsize=16_384)
def kato_level(text: str) -> int:
    """Depth of a KATO code: 0 region, 1 district, 2 rural district or town, 3 settlement."""
    segments = (text[2:4], text[4:6], text[6:9])
    return max((depth for depth, part in enumerate(segments, 1) if part.strip("0")), default=0)


def is_mkei(text: str) -> bool:
    """Whether ``text`` has the form of a code of a unit."""
    return MKEI.fullmatch(text) is not None


def uuid7() -> UUID:
    """A new identifier of version 7: milliseconds since 1970, a fraction of them, random bits."""
    milliseconds, rest = divmod(nanoseconds(), 1_000_000)
    fraction = rest * 4096 // 1_000_000
    tail = (0b10 << 62) | secrets.randbits(62)
    return UUID(int=(milliseconds << 80) | (7 << 76) | (fraction << 64) | tail)
