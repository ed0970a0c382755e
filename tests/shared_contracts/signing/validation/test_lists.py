"""Lists of revoked certificates, of every size and kind."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import core, crl, pem, x509

from shared_contracts.signing.algorithms import GOST_512
from shared_contracts.signing.gost.keys import GostPrivateKey, load_pkcs8
from shared_contracts.signing.gost.oids import BY_BITS
from shared_contracts.signing.validation.der_reading import Broken, index_serials
from shared_contracts.signing.validation.lists import (
    ListFlaw,
    RevokedList,
    check_delta,
    check_scope,
    check_term,
    find,
    open_list,
)
from tests.pki import Pki

AT = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MANY = 400_000


@pytest.fixture(scope="module")
def issuer(pki: Pki) -> x509.Certificate:
    return x509.Certificate.load(_unarmoured(pki, "gost-issuing.pem"))


@pytest.fixture(scope="module")
def key(pki: Pki) -> GostPrivateKey:
    return load_pkcs8(_unarmoured(pki, "gost-issuing.key.pem"))


@pytest.fixture
def leaf(pki: Pki) -> x509.Certificate:
    return x509.Certificate.load(pki.signer("customer2-head").certificates[0])


def _unarmoured(pki: Pki, name: str) -> bytes:
    return bytes(pem.unarmor((pki.authority.folder / name).read_bytes())[2])


def content(by: x509.Certificate, **changes: Any) -> crl.TbsCertList:
    fields: dict[str, Any] = {
        "version": "v2",
        "signature": {"algorithm": BY_BITS[512].signature},
        "issuer": by.subject,
        "this_update": x509.Time("utc_time", AT),
        "next_update": x509.Time("utc_time", AT + DAY),
        "revoked_certificates": [entry(7), entry(300, "superseded"), entry(-5)],
        "crl_extensions": [extension("crl_number", 10)],
    }
    fields |= changes
    return crl.TbsCertList({name: value for name, value in fields.items() if value is not None})


def entry(serial: int, reason: str | None = None) -> crl.RevokedCertificate:
    given: dict[str, Any] = {
        "user_certificate": serial,
        "revocation_date": x509.Time("utc_time", AT - DAY),
    }
    if reason:
        given["crl_entry_extensions"] = [{"extn_id": "crl_reason", "extn_value": reason}]
    return crl.RevokedCertificate(given)


def extension(name: str, value: Any, *, critical: bool = False) -> crl.TBSCertListExtension:
    return crl.TBSCertListExtension({"extn_id": name, "critical": critical, "extn_value": value})


def sign(written: crl.TbsCertList, key: GostPrivateKey) -> bytes:
    value = GOST_512.sign(key, written.dump()) if GOST_512.sign else b""
    algorithm = {"algorithm": BY_BITS[512].signature}
    made = {"tbs_cert_list": written, "signature_algorithm": algorithm, "signature": value}
    return bytes(crl.CertificateList(made).dump())


@pytest.fixture
def full(issuer: x509.Certificate, key: GostPrivateKey) -> RevokedList:
    return open_list(sign(content(issuer), key), issuer)


def test_a_list_tells_who_is_revoked_since_when_and_why(full: RevokedList) -> None:
    found = find(300, full)
    assert found is not None
    assert (found.revoked_at, found.reason) == (AT - DAY, "superseded")
    plain = find(7, full)
    assert plain is not None
    assert plain.reason == "unspecified"
    assert find(8, full) is None
    assert find(-5, full) is not None


def test_an_empty_list_revokes_nobody(issuer: x509.Certificate, key: GostPrivateKey) -> None:
    empty = open_list(sign(content(issuer, revoked_certificates=None), key), issuer)
    assert find(7, empty) is None


def test_a_list_is_in_force_for_its_term_only(full: RevokedList) -> None:
    check_term(full, AT, timedelta())
    check_term(full, AT + DAY, timedelta())
    for moment in (AT - timedelta(seconds=2), AT + DAY + timedelta(seconds=2)):
        with pytest.raises(ListFlaw, match="in force"):
            check_term(full, moment, timedelta(seconds=1))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"next_update": None}, "no end"),
        ({"issuer": x509.Name.build({"common_name": "X"})}, "not the issuer's own"),
        ({"signature": {"algorithm": "sha256_rsa"}}, "two signature algorithms"),
        (
            {
                "crl_extensions": [
                    crl.TBSCertListExtension(
                        {"extn_id": "1.2.3.4", "critical": True, "extn_value": b"\5\0"}
                    )
                ]
            },
            "critical extensions 1.2.3.4",
        ),
    ],
)
def test_a_list_that_is_not_as_it_must_be_is_none(
    issuer: x509.Certificate, key: GostPrivateKey, changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(ListFlaw, match=told):
        open_list(sign(content(issuer, **changes), key), issuer)


def odd(kind: str, value: Any, *, critical: bool) -> crl.RevokedCertificate:
    """An entry with such an extension."""
    made = entry(77)
    made["crl_entry_extensions"] = [{"extn_id": kind, "critical": critical, "extn_value": value}]
    return made


OTHER = [x509.GeneralName("directory_name", x509.Name.build({"common_name": "OTHER"}))]


@pytest.mark.parametrize(
    ("among", "told"),
    [
        (odd("1.2.3", b"\5\0", critical=True), "of an entry: 1.2.3"),
        (odd("hold_instruction_code", "1.2.840.10040.2.3", critical=True), "of an entry: hold"),
        (odd("certificate_issuer", OTHER, critical=True), "of an entry: certificate_issuer"),
        (odd("certificate_issuer", OTHER, critical=False), "of another authority"),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_entry_that_is_not_understood_makes_a_list_useless_for_everybody(
    issuer: x509.Certificate,
    key: GostPrivateKey,
    among: crl.RevokedCertificate,
    told: str,
    place: int,
) -> None:
    entries = [entry(7), entry(300, "superseded")]
    entries.insert(place, among)
    with pytest.raises(ListFlaw, match=told):
        open_list(sign(content(issuer, revoked_certificates=entries), key), issuer)


def test_entries_that_are_understood_or_only_look_odd_leave_a_list_as_it_is(
    issuer: x509.Certificate, key: GostPrivateKey
) -> None:
    like = [int.from_bytes(bytes.fromhex(octets)) for octets in ("120101ff0412", "120603551d1d12")]
    entries = [
        *(entry(serial, "superseded") for serial in like),
        odd("crl_reason", "key_compromise", critical=True),
        odd("1.2.3", b"\5\0", critical=False),
    ]
    listed = open_list(sign(content(issuer, revoked_certificates=entries), key), issuer)
    assert set(listed.entries) == {*like, 77}


def test_a_list_by_a_key_that_is_not_for_lists_is_none(
    issuer: x509.Certificate, key: GostPrivateKey
) -> None:
    changed = issuer.copy()
    extensions = [
        {"extn_id": "key_usage", "critical": True, "extn_value": {"key_cert_sign"}}
        if one["extn_id"].native == "key_usage"
        else one
        for one in changed["tbs_certificate"]["extensions"]
    ]
    changed["tbs_certificate"]["extensions"] = extensions
    other = x509.Certificate.load(changed.dump(force=True))
    with pytest.raises(ListFlaw, match="not for lists"):
        open_list(sign(content(issuer), key), other)


def test_a_changed_list_is_none(issuer: x509.Certificate, key: GostPrivateKey) -> None:
    der = sign(content(issuer), key)
    changed = der.replace(entry(300, "superseded").dump()[:6], entry(301, "superseded").dump()[:6])
    assert changed != der
    with pytest.raises(ListFlaw):
        open_list(changed, issuer)
    for junk in (b"", b"junk", der[:-3]):
        with pytest.raises(ListFlaw):
            open_list(junk, issuer)


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ({"indirect_crl": True}, "others'"),
        ({"only_contains_ca_certs": True}, "another kind"),
        ({"only_contains_attribute_certs": True}, "others'"),
        ({"only_some_reasons": {"key_compromise"}}, "some reasons"),
        (
            {
                "distribution_point": x509.DistributionPointName(
                    "full_name", [x509.GeneralName("uniform_resource_identifier", "http://x.kz/")]
                )
            },
            "another distribution point",
        ),
    ],
)
def test_a_list_about_others_says_nothing_of_this_one(
    issuer: x509.Certificate,
    key: GostPrivateKey,
    leaf: x509.Certificate,
    scope: dict[str, Any],
    told: str,
) -> None:
    extensions = [
        extension("crl_number", 10),
        extension("issuing_distribution_point", scope, critical=True),
    ]
    listed = open_list(sign(content(issuer, crl_extensions=extensions), key), issuer)
    with pytest.raises(ListFlaw, match=told):
        check_scope(listed, leaf)


def test_a_list_for_the_distribution_point_of_the_certificate_speaks_of_it(
    issuer: x509.Certificate, key: GostPrivateKey, leaf: x509.Certificate
) -> None:
    point = leaf.crl_distribution_points_value[0]["distribution_point"]
    extensions = [
        extension("crl_number", 10),
        extension(
            "issuing_distribution_point",
            {"distribution_point": point, "only_contains_user_certs": True},
            critical=True,
        ),
    ]
    check_scope(open_list(sign(content(issuer, crl_extensions=extensions), key), issuer), leaf)


def test_a_list_need_not_name_a_certificate_that_has_ended(
    full: RevokedList, leaf: x509.Certificate
) -> None:
    check_scope(full, leaf)
    with pytest.raises(ListFlaw, match="has ended"):
        check_scope(replace(full, this_update=leaf.not_valid_after + DAY), leaf)


def test_only_a_delta_list_takes_a_revocation_back(
    issuer: x509.Certificate, key: GostPrivateKey
) -> None:
    written = content(issuer, revoked_certificates=[entry(300, "remove_from_crl")])
    assert find(300, open_list(sign(written, key), issuer)) is not None


def test_a_certificate_is_not_believed_since_it_is_known_to_be_bad(
    issuer: x509.Certificate, key: GostPrivateKey
) -> None:
    early, late = entry(7, "superseded"), entry(8, "superseded")
    for one, moment in ((early, AT - 9 * DAY), (late, AT)):
        known = {"extn_id": "invalidity_date", "extn_value": core.GeneralizedTime(moment)}
        one["crl_entry_extensions"].append(known)
    listed = open_list(sign(content(issuer, revoked_certificates=[early, late]), key), issuer)
    for serial, since in ((7, AT - 9 * DAY), (8, AT - DAY)):
        found = find(serial, listed)
        assert found is not None
        assert (found.revoked_at, found.reason) == (since, "superseded")


@pytest.fixture
def delta(issuer: x509.Certificate, key: GostPrivateKey) -> RevokedList:
    extensions = [
        extension("crl_number", 12),
        extension("delta_crl_indicator", 9, critical=True),
    ]
    entries = [entry(8, "key_compromise"), entry(300, "remove_from_crl")]
    written = content(issuer, crl_extensions=extensions, revoked_certificates=entries)
    return open_list(sign(written, key), issuer)


def test_a_delta_list_adds_and_takes_back(full: RevokedList, delta: RevokedList) -> None:
    check_delta(full, delta)
    added = find(8, full, delta)
    assert added is not None
    assert added.reason == "key_compromise"
    assert find(300, full, delta) is None
    assert find(7, full, delta) is not None


def test_a_delta_list_changes_only_the_full_lists_it_names(
    full: RevokedList, delta: RevokedList
) -> None:
    for number in (8, 13, None):
        with pytest.raises(ListFlaw):
            check_delta(replace(full, number=number), delta)
    for wrong in ((full, full), (delta, delta)):
        with pytest.raises(ListFlaw):
            check_delta(*wrong)


def test_a_delta_list_has_the_scope_of_the_full_list_it_changes(
    full: RevokedList, delta: RevokedList
) -> None:
    for scope in ({"only_contains_user_certs": True}, {"only_contains_ca_certs": True}):
        partial = crl.IssuingDistributionPoint(scope)
        for pair in (
            (replace(full, scope=partial), delta),
            (full, replace(delta, scope=partial)),
        ):
            with pytest.raises(ListFlaw, match="another scope"):
                check_delta(*pair)
        check_delta(replace(full, scope=partial), replace(delta, scope=partial.copy()))


def test_a_list_of_hundreds_of_thousands_is_indexed_in_seconds() -> None:
    first = entry(2**150, "superseded").dump()
    serial = (2**150).to_bytes(19)
    entries = b"".join(
        first.replace(serial, (2**150 + number).to_bytes(19)) for number in range(MANY)
    )
    begun = time.perf_counter()
    found = index_serials(b"x" + entries, 1, len(entries))
    assert time.perf_counter() - begun < 10
    assert len(found) == MANY
    assert found[2**150 + 5] == 1 + 5 * len(first)


@pytest.mark.parametrize(
    "octets", ["30", "3003", "300302", "31030201ff", "3003020101ff", "30020201"]
)
def test_octets_that_are_no_entries_are_refused(octets: str) -> None:
    der = bytes.fromhex(octets)
    with pytest.raises(Broken):
        index_serials(der, 0, len(der))
