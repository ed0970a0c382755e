"""From a signer's certificate to an authority, for certificates of every odd kind."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import x509

from deploy.authority.gost_certificate import Issuer, Order, certify, name
from shared_contracts.signing.gost.keys import GostPrivateKey, generate, to_spki
from shared_contracts.signing.report import Indication, SubIndication
from shared_contracts.signing.validation.chain import (
    Chain,
    ChainFlaw,
    Purpose,
    check_usage,
    validate_chain,
)
from shared_contracts.signing.validation.stamping import _is_for_time_only
from shared_contracts.signing.validation.timestamp import StampFlaw
from shared_contracts.signing.validation.trust_profile import TrustProfile

AT = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SIGN = ("digital_signature", "non_repudiation")
MAIL, TREASURY = "1.3.6.1.5.5.7.3.4", "1.2.398.5.19.1.2.2.1"


def extension(kind: str, value: object, *, critical: bool = False) -> x509.Extension:
    return x509.Extension({"extn_id": kind, "critical": critical, "extn_value": value})


def usage(*bits: str, critical: bool = True) -> x509.Extension:
    return extension("key_usage", set(bits), critical=critical)


def purposes(*oids: str, critical: bool = False) -> x509.Extension:
    return extension("extended_key_usage", list(oids), critical=critical)


AUTHORITY = (
    extension("basic_constraints", {"ca": True}, critical=True),
    usage("key_cert_sign", "crl_sign"),
)


@dataclass(frozen=True)
class Term:
    """How many days before and after the moment a certificate is in force."""

    before: int = 10
    after: int = 10


class Authority:
    """A root, an authority below it, and whom it certifies."""

    def __init__(self, root: Term = Term(), authority: Term = Term()) -> None:
        self._key = generate(256)
        above = self._issuer("ROOT", generate(256))
        self._own = self._issuer("AUTHORITY", self._key)
        self.root = self._certify("ROOT", above.spki, above, (root, AUTHORITY))
        self.authority = self._certify("AUTHORITY", self._own.spki, above, (authority, AUTHORITY))

    def certify(
        self,
        extensions: Sequence[x509.Extension],
        term: Term = Term(),
    ) -> x509.Certificate:
        spki = to_spki(generate(256).public_key())
        return x509.Certificate.load(self._certify("SIGNER", spki, self._own, (term, extensions)))

    def profile(self) -> TrustProfile:
        return TrustProfile("house", False, (self.root,), (self.authority,), {})  # noqa: FBT003

    @staticmethod
    def _issuer(called: str, key: GostPrivateKey) -> Issuer:
        return Issuer(name({"common_name": called}), key, to_spki(key.public_key()))

    @staticmethod
    def _certify(
        called: str, spki: bytes, by: Issuer, made: tuple[Term, Sequence[x509.Extension]]
    ) -> bytes:
        term, extensions = made
        begins, ends = AT - term.before * DAY, AT + term.after * DAY
        return certify(Order(name({"common_name": called}), spki, begins, ends, extensions), by)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def chain(authority: Authority, leaf: x509.Certificate, at: datetime = AT) -> Chain:
    return validate_chain(authority.profile(), leaf, (), at)


def ground(authority: Authority, leaf: x509.Certificate, at: datetime = AT) -> SubIndication:
    with pytest.raises(ChainFlaw) as flaw:
        chain(authority, leaf, at)
    return flaw.value.ground


def test_a_chain_is_found_and_every_link_is_named(authority: Authority) -> None:
    found = chain(authority, authority.certify([usage(*SIGN)]))
    assert [one.subject.native["common_name"] for one in found.certificates] == [
        "SIGNER",
        "AUTHORITY",
        "ROOT",
    ]
    assert len(found.links) == 2


@pytest.mark.parametrize(
    ("root", "authority", "leaf"),
    [
        (Term(after=-1), Term(), Term()),
        (Term(before=-1), Term(), Term()),
        (Term(), Term(after=-1), Term()),
        (Term(), Term(before=-1), Term()),
        (Term(), Term(), Term(after=-1)),
        (Term(), Term(), Term(before=-1)),
    ],
)
def test_every_certificate_of_the_chain_is_in_force_at_the_moment(
    root: Term, authority: Term, leaf: Term
) -> None:
    made = Authority(root, authority)
    signer = made.certify([usage(*SIGN)], leaf)
    assert ground(made, signer) is SubIndication.OUT_OF_BOUNDS_NO_POE


def test_the_end_of_a_term_is_told_in_astana_time(authority: Authority) -> None:
    leaf = authority.certify([usage(*SIGN)], Term(before=5, after=5))
    with pytest.raises(ChainFlaw) as flaw:
        chain(authority, leaf, AT + 6 * DAY)
    assert re.search(r"expired \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+05:00", flaw.value.detail)


def test_a_chain_is_judged_at_the_moment_and_not_now(authority: Authority) -> None:
    leaf = authority.certify([usage(*SIGN)], Term(before=5, after=5))
    assert chain(authority, leaf, AT + 4 * DAY).leaf is leaf
    for moment in (AT + 6 * DAY, AT - 6 * DAY):
        assert ground(authority, leaf, moment) is SubIndication.OUT_OF_BOUNDS_NO_POE


def test_a_critical_extension_that_nobody_knows_is_refused(authority: Authority) -> None:
    odd = x509.Extension({"extn_id": "1.2.398.3.3.9", "critical": True, "extn_value": b"\5\0"})
    leaf = authority.certify([usage(*SIGN), odd])
    assert ground(authority, leaf) is SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE


def test_another_authority_of_the_same_name_certifies_nobody_here(authority: Authority) -> None:
    leaf = Authority().certify([usage(*SIGN)])
    assert ground(authority, leaf) in {
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
        SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
    }


def test_a_changed_certificate_is_not_the_authoritys(authority: Authority) -> None:
    der = bytearray(authority.certify([usage(*SIGN)]).dump())
    der[der.index(b"SIGNER")] ^= 1
    changed = x509.Certificate.load(bytes(der))
    assert ground(authority, changed) is SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE


@pytest.mark.parametrize("key_usage", [True, False])
@pytest.mark.parametrize("extended", [True, False])
def test_usages_are_read_alike_whether_critical_or_not(
    authority: Authority, *, key_usage: bool, extended: bool
) -> None:
    leaf = authority.certify([usage(*SIGN, critical=key_usage), purposes(MAIL, critical=extended)])
    chain(authority, leaf)
    check_usage(authority.profile(), leaf, Purpose.PERSON)


@pytest.mark.parametrize(
    ("extensions", "told"),
    [
        ((usage("digital_signature"), purposes(MAIL)), "key usage lacks"),
        ((usage("digital_signature", "key_encipherment"), purposes(MAIL)), "key usage lacks"),
        ((purposes(MAIL),), "key usage lacks"),
        ((usage(*SIGN), purposes(MAIL, TREASURY)), "for one system only"),
        ((extension("basic_constraints", {"ca": True}), usage(*SIGN)), "authority's own"),
    ],
)
def test_a_certificate_that_is_for_something_else_signs_nothing(
    authority: Authority, extensions: Sequence[x509.Extension], told: str
) -> None:
    with pytest.raises(ChainFlaw, match=told) as flaw:
        check_usage(authority.profile(), authority.certify(extensions), Purpose.PERSON)
    assert flaw.value.ground is SubIndication.CHAIN_CONSTRAINTS_FAILURE


@pytest.mark.parametrize(
    ("extensions", "fit"),
    [
        ((usage(*SIGN), purposes("time_stamping", critical=True)), True),
        ((usage("digital_signature"), purposes("time_stamping", critical=True)), True),
        ((purposes("time_stamping", critical=True),), True),
        ((usage(*SIGN), purposes("time_stamping")), False),
        ((usage(*SIGN), purposes("time_stamping", MAIL, critical=True)), False),
        ((usage(*SIGN), purposes(MAIL, critical=True)), False),
        ((usage(*SIGN),), False),
        ((usage("key_encipherment"), purposes("time_stamping", critical=True)), False),
    ],
)
def test_who_stamps_the_time_does_nothing_else(
    authority: Authority,
    extensions: Sequence[x509.Extension],
    fit: bool,  # noqa: FBT001  # a column
) -> None:
    assert _is_for_time_only(authority.certify(extensions)) is fit


def test_a_flaw_of_a_stamp_says_that_it_is_the_stamps() -> None:
    flaw = StampFlaw(Indication.INDETERMINATE, SubIndication.TRY_LATER, "silence")
    assert flaw.detail == "time stamp: silence"


def test_a_certificate_with_an_extension_twice_is_refused(authority: Authority) -> None:
    """Readers would take the first or the last of them."""
    leaf = authority.certify([usage("key_encipherment"), usage(*SIGN)])
    with pytest.raises(ChainFlaw, match="stands twice"):
        chain(authority, leaf)
