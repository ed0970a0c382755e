"""The short way passes nothing that pyHanko would refuse; what is odd goes the long way."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from asn1crypto import x509

from deploy.authority.gost_certificate import Issuer, Order, certify, name
from shared_contracts.astana_time import now
from shared_contracts.signing.gost.keys import generate, to_spki
from shared_contracts.signing.trust import CertificateChecker, load_profile
from shared_contracts.signing.validation import chain, issuer_cache
from shared_contracts.signing.validation.plain_certificate import read_plain
from shared_contracts.signing.validation.revocation import HttpFetch
from shared_contracts.signing.validation.trust_profile import TrustProfile
from tests.pki import Pki
from tests.shared_contracts.signing.conftest import passed
from tests.shared_contracts.signing.validation.test_chain import (
    AT,
    DAY,
    SIGN,
    Term,
    extension,
    purposes,
    usage,
)

TERM = Term()


class Authority:
    """A root and an authority with identifiers of their keys, and whom it certifies."""

    def __init__(self, *limits: x509.Extension) -> None:
        self._root, self._own = self._issuer("ROOT"), self._issuer("AUTHORITY")
        ca = (extension("basic_constraints", {"ca": True}, critical=True), usage("key_cert_sign"))
        self.root = self._certify(self._root, "ROOT", self._root.spki, ca)
        self.authority = self._certify(self._root, "AUTHORITY", self._own.spki, (*ca, *limits))
        self.profile = TrustProfile("house", False, (self.root,), (self.authority,), {})  # noqa: FBT003

    def signer(self, *more: x509.Extension, term: Term = TERM) -> x509.Certificate:
        spki = to_spki(generate(256).public_key())
        made = self._certify(self._own, "SIGNER", spki, (usage(*SIGN), *more), term)
        return x509.Certificate.load(made)

    @staticmethod
    def _issuer(called: str) -> Issuer:
        key = generate(256)
        return Issuer(name({"common_name": called}), key, to_spki(key.public_key()))

    @staticmethod
    def _certify(
        by: Issuer, who: str, spki: bytes, made: Sequence[x509.Extension], term: Term = TERM
    ) -> bytes:
        begins, ends = AT - term.before * DAY, AT + term.after * DAY
        return certify(Order(name({"common_name": who}), spki, begins, ends, made), by)


@pytest.fixture
def authority() -> Authority:
    """An authority that is kept."""
    made = Authority()
    chain.validate_chain(made.profile, made.signer(), (), AT)
    return made


def is_short(authority: Authority, leaf: x509.Certificate, days: int = 0) -> bool:
    """Whether a certificate passes the short way."""
    return issuer_cache.known_signer(authority.profile, (leaf.dump(),), AT + days * DAY) is not None


def test_a_further_certificate_of_the_same_authority_passes_the_short_way(
    authority: Authority,
) -> None:
    assert is_short(authority, authority.signer(purposes("1.3.6.1.5.5.7.3.4", critical=True)))


@pytest.mark.parametrize(
    "odd",
    [
        extension("basic_constraints", {"ca": True}, critical=True),
        extension("policy_constraints", {"require_explicit_policy": 0}),
        extension("inhibit_any_policy", 0),
        usage(*SIGN),
        x509.Extension({"extn_id": "1.2.398.3.3.9", "critical": True, "extn_value": b"\5\0"}),
        extension(
            "certificate_policies", [{"policy_identifier": f"1.2.398.{n}"} for n in range(9)]
        ),
    ],
    ids=["authority", "policies", "any policy", "twice", "unknown", "many policies"],
)
def test_an_odd_certificate_goes_the_long_way(authority: Authority, odd: x509.Extension) -> None:
    assert not is_short(authority, authority.signer(odd))


def test_so_does_one_out_of_its_term_or_of_its_issuers(authority: Authority) -> None:
    assert not is_short(authority, authority.signer(term=Term(after=-1)))
    assert not is_short(authority, authority.signer(term=Term(before=-1)))
    late = authority.signer(term=Term(after=30))
    assert is_short(authority, late, 10)
    assert not is_short(authority, late, 11)


def test_so_does_one_of_another_authority_of_the_same_name(authority: Authority) -> None:
    assert not is_short(authority, Authority().signer())


def test_so_does_all_below_an_authority_with_conditions() -> None:
    limit = {"permitted_subtrees": [{"base": x509.GeneralName("dns_name", "kz")}]}
    authority = Authority(extension("name_constraints", limit, critical=True))
    chain.validate_chain(authority.profile, authority.signer(), (), AT)
    assert not is_short(authority, authority.signer())


def test_so_does_one_for_what_its_authority_does_not_serve() -> None:
    mail, login = "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.2"
    authority = Authority(purposes(mail))
    chain.validate_chain(authority.profile, authority.signer(purposes(mail)), (), AT)
    assert is_short(authority, authority.signer(purposes(mail)))
    assert not is_short(authority, authority.signer(purposes(login)))


def test_so_does_one_whose_key_is_shorter_than_the_profile_wants(pki: Pki) -> None:
    short = pki.signer("person").certificates
    found, profile = read_plain(short[0]), load_profile(pki.trust)
    assert found is not None
    for least, passes in ((found.key.key_size, True), (found.key.key_size + 1, False)):
        wanted = replace(profile, shortest_rsa=least)
        leaf, *others = pki.signer("sez").certificates
        chain.validate_chain(wanted, x509.Certificate.load(leaf), others, now())
        assert (issuer_cache.known_signer(wanted, short, now()) is not None) is passes


def test_another_profile_has_kept_nothing(authority: Authority) -> None:
    narrow = replace(authority.profile, algorithms=frozenset({"RSA-SHA256"}))
    assert issuer_cache.known_signer(narrow, (authority.signer().dump(),), AT) is None


def test_no_changed_octet_of_a_certificate_passes(authority: Authority) -> None:
    der = authority.signer().dump()
    for position in range(0, len(der), 3):
        changed = bytearray(der)
        changed[position] ^= 1 + position % 255
        try:
            leaf = x509.Certificate.load(bytes(changed), strict=True)
        except ValueError:
            continue
        assert not is_short(authority, leaf), position


@pytest.mark.parametrize("signer", ["customer1-head", "customer2-head", "sez"])
def test_a_second_question_to_the_same_responder_goes_the_short_way(pki: Pki, signer: str) -> None:
    profile, chain_ = load_profile(pki.trust), pki.signer(signer).certificates
    fetch = HttpFetch(profile.limits)
    checker = CertificateChecker(profile, fetch)
    reports = [checker.check(chain_, now())]
    before = dict(passed)
    checker.forget()
    reports.append(checker.check(chain_, now()))
    fetch.close()
    assert {report.passed for report in reports} == {True}
    assert reports[0].chain == reports[1].chain
    assert passed["paths"] > before["paths"]
    assert passed["answers"] > before["answers"]
