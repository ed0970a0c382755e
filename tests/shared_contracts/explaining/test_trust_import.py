"""An operator pins an authority's certificates, and a trust profile comes of it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import pem

from shared_contracts.astana_time import now
from shared_contracts.explaining.authorities import (
    AuthorityCertificate,
    is_issued_by,
    read_authorities,
)
from shared_contracts.explaining.trust_import import (
    TEMPLATES,
    Template,
    load_template,
    open_profile,
    plan_import,
    read_pins,
    write_profile,
)
from shared_contracts.explaining.wording import Unusable
from shared_contracts.language import Language
from tests.clauses import clause
from tests.pki import Pki
from tests.shared_contracts.signing.corpus import CORPUS, needs_corpus

PRODUCTION = ("root_rsa_2020.cer", "root_gost_2022.pem", "nca_rsa_2022.cer", "nca_gost_2022.pem")
FIXED = datetime(2026, 11, 21, tzinfo=UTC)

OWN = """\
name = "test-pki"
production = false
policies = ["1.2.398.3.3.2"]

[limits]
timeout_seconds = 1.5

[[authority]]
file = "root"
common_name = "НЕГІЗГІ СЫНАҚ ОРТАЛЫҒЫ"
crl = ["http://127.0.0.1:1/root.crl"]

[[authority]]
file = "issuing"
common_name = "СЫНАҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ"
ocsp = ["http://127.0.0.1:1/ocsp", "http://127.0.0.1:2/ocsp"]
crl = ["http://127.0.0.1:1/issuing.crl"]

[[authority]]
file = "gost-root"
common_name = "НЕГІЗГІ СЫНАҚ ОРТАЛЫҒЫ (GOST)"

[[authority]]
file = "gost-issuing"
common_name = "СЫНАҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST)"
"""


@pytest.fixture
def template(tmp_path: Path) -> Template:
    path = tmp_path / "template.toml"
    path.write_text(OWN, "utf-8")
    return load_template(str(path))


def taken(pki: Pki, *names: str) -> tuple[AuthorityCertificate, ...]:
    """Certificates of the test authority, read."""
    return read_authorities([pki.authority.folder / f"{name}.pem" for name in names], now())


def pins_of(authorities: Iterable[AuthorityCertificate]) -> frozenset[str]:
    return frozenset(one.fingerprint for one in authorities)


@clause("S216-19")
@pytest.mark.parametrize("hierarchy", ["", "gost-"])
def test_pinned_roots_and_what_they_signed_become_a_profile(
    pki: Pki, tmp_path: Path, template: Template, hierarchy: str
) -> None:
    root, issuing = taken(pki, f"{hierarchy}root", f"{hierarchy}issuing")
    path = write_profile(plan_import(template, [root, issuing], pins_of([root])), tmp_path / "to")
    profile = open_profile(path)
    assert (profile.anchors, profile.intermediates) == ((root.der,), (issuing.der,))
    assert (profile.name, profile.production) == ("test-pki", False)
    assert profile.policies == {"1.2.398.3.3.2"}
    assert profile.limits.timeout == 1.5


def test_a_folder_stands_for_the_profile_in_it(
    pki: Pki, tmp_path: Path, template: Template
) -> None:
    (root,) = taken(pki, "root")
    path = write_profile(plan_import(template, [root], pins_of([root])), tmp_path)
    assert open_profile(tmp_path) == open_profile(path)


def test_a_profile_that_is_not_there_is_told_in_the_readers_language(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as missing:
        open_profile(tmp_path)
    told = missing.value.in_language(Language.RU)
    assert f"«{tmp_path / 'trust.toml'}» не годен (такого файла нет)" in told


def test_each_authority_keeps_its_own_addresses(
    pki: Pki, tmp_path: Path, template: Template
) -> None:
    root, issuing = taken(pki, "root", "issuing")
    path = write_profile(plan_import(template, [root, issuing], pins_of([root])), tmp_path)
    addresses = open_profile(path).addresses
    assert addresses[root.der].ocsp == ()
    assert addresses[root.der].crl == ("http://127.0.0.1:1/root.crl",)
    assert addresses[issuing.der].ocsp == ("http://127.0.0.1:1/ocsp", "http://127.0.0.1:2/ocsp")


def test_der_is_read_as_well_as_pem(pki: Pki, tmp_path: Path) -> None:
    (root,) = taken(pki, "root")
    path = tmp_path / "root.cer"
    path.write_bytes(root.der)
    assert read_authorities([path], now()) == (root,)


def test_an_issuing_authority_may_be_the_anchor_when_it_is_pinned(
    pki: Pki, template: Template
) -> None:
    found = taken(pki, "issuing")
    plan = plan_import(template, found, pins_of(found))
    assert (plan.anchors, plan.intermediates) == (found, ())


@pytest.mark.parametrize("written", ["{0}", "  {1} ", "{2}"])
def test_a_pin_may_be_written_as_people_write_it(pki: Pki, written: str) -> None:
    (root,) = taken(pki, "root")
    digits = root.fingerprint
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    forms = (digits, ":".join(pairs).upper(), " ".join(pairs))
    assert read_pins([written.format(*forms)]) == {digits}


def flaw(function: object, *arguments: object) -> str:
    """The code of what was refused."""
    with pytest.raises(Unusable) as refused:
        function(*arguments)  # type: ignore[operator]  # each test gives one of the functions here
    return refused.value.code


def test_a_root_without_its_pin_is_refused(pki: Pki, template: Template) -> None:
    found = taken(pki, "root", "issuing")
    assert flaw(plan_import, template, found, ()) == "PIN_MISSING"


def test_a_pin_of_another_certificate_is_refused(pki: Pki, template: Template) -> None:
    found = taken(pki, "root")
    assert flaw(plan_import, template, found, {*pins_of(found), "0" * 64}) == "PIN_UNUSED"


def test_a_pin_must_be_a_whole_digest() -> None:
    assert flaw(read_pins, ["AF:77"]) == "PIN_MALFORMED"


def test_an_intermediate_of_another_root_is_refused(pki: Pki, template: Template) -> None:
    root, other = taken(pki, "root", "gost-issuing")
    assert flaw(plan_import, template, [root, other], pins_of([root])) == "NOT_ISSUED"


def test_nothing_is_trusted_without_an_anchor(pki: Pki, template: Template) -> None:
    assert flaw(plan_import, template, taken(pki, "issuing"), ()) == "NO_ANCHOR"


def test_an_authority_that_the_profile_does_not_name_is_refused(pki: Pki) -> None:
    found = taken(pki, "root")
    template = load_template("nuc-rk-prod")
    assert flaw(plan_import, template, found, pins_of(found)) == "UNKNOWN_AUTHORITY"


def test_a_certificate_that_is_no_authority_is_refused(pki: Pki) -> None:
    assert flaw(taken, pki, "ocsp") == "NOT_AUTHORITY"


def test_the_same_certificate_twice_is_refused(pki: Pki) -> None:
    assert flaw(taken, pki, "root", "ca") == "DUPLICATE"


@pytest.mark.parametrize("at", [datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)])
def test_an_authority_out_of_force_is_refused(pki: Pki, at: datetime) -> None:
    assert flaw(read_authorities, [pki.authority.folder / "root.pem"], at) == "EXPIRED"


def test_a_root_whose_own_signature_is_broken_is_refused(pki: Pki, tmp_path: Path) -> None:
    (root,) = taken(pki, "root")
    path = tmp_path / "root.pem"
    path.write_bytes(pem.armor("CERTIFICATE", root.der[:-1] + bytes([root.der[-1] ^ 1])))
    assert flaw(read_authorities, [path], now()) == "BROKEN"


@pytest.mark.parametrize("data", [b"", b"no certificate", b"\x30\x03\x02\x01\x00"])
def test_what_is_no_certificate_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "root.cer"
    path.write_bytes(data)
    assert flaw(read_authorities, [path], now()) == "CERTIFICATE"
    assert flaw(read_authorities, [tmp_path / "absent.cer"], now()) == "CERTIFICATE"


def test_a_profile_is_never_overwritten(pki: Pki, tmp_path: Path, template: Template) -> None:
    found = taken(pki, "root")
    plan = plan_import(template, found, pins_of(found))
    write_profile(plan, tmp_path)
    assert flaw(write_profile, plan, tmp_path) == "FOLDER"


def test_a_folder_that_cannot_be_made_is_told(pki: Pki, tmp_path: Path, template: Template) -> None:
    found = taken(pki, "root")
    (tmp_path / "file").touch()
    plan = plan_import(template, found, pins_of(found))
    assert flaw(write_profile, plan, tmp_path / "file") == "FOLDER"


@pytest.mark.parametrize(
    "text",
    [
        "name = ",
        'name = "x"\n',
        'authority = ["x"]\nname = "x"\n',
        'name = "x"\n[[authority]]\nfile = "../x"\ncommon_name = "X"\n',
        'name = "x"\n[[authority]]\nfile = "x"\n',
    ],
)
def test_a_template_of_another_make_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "template.toml"
    path.write_text(text)
    assert flaw(load_template, str(path)) == "TEMPLATE"
    assert flaw(load_template, "nuc-rk") == "TEMPLATE"


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_national_profiles_hold_addresses_and_no_certificate(name: str) -> None:
    template = load_template(name)
    assert template.name == name
    assert template.written["production"] == (name == "nuc-rk-prod")
    assert all(entry["crl"] for entry in template.authorities.values())
    assert any(entry.get("ocsp") for entry in template.authorities.values())


@needs_corpus
def test_the_authorities_of_production_become_their_profile(tmp_path: Path) -> None:
    found = read_authorities([CORPUS / "ca" / name for name in PRODUCTION], FIXED)
    roots = [one for one in found if one.is_self_signed]
    plan = plan_import(load_template("nuc-rk-prod"), found, pins_of(roots))
    profile = open_profile(write_profile(plan, tmp_path))
    assert (len(profile.anchors), len(profile.intermediates)) == (2, 2)
    assert profile.production
    gost = next(one for one in found if one.common_name.endswith("(GOST) 2022"))
    assert profile.addresses[gost.der].crl


@needs_corpus
def test_the_issuing_authority_for_tests_can_be_pinned_itself(tmp_path: Path) -> None:
    path = CORPUS / "ncanode-pki" / "ca" / "nca_gost2015_test.cer"
    found = read_authorities([path], FIXED)
    profile = open_profile(
        write_profile(plan_import(load_template("nuc-rk-test"), found, pins_of(found)), tmp_path)
    )
    assert profile.anchors == (found[0].der,)
    assert profile.addresses[found[0].der].ocsp == ("http://test.pki.gov.kz/ocsp/",)


@needs_corpus
def test_tests_may_believe_time_stamps_of_production(tmp_path: Path) -> None:
    names = [
        "ncanode-pki/ca/nca_gost2015_test.cer",
        "ca/root_gost_2022.pem",
        "ca/nca_gost_2022.pem",
    ]
    found = read_authorities([CORPUS / name for name in names], FIXED)
    plan = plan_import(load_template("nuc-rk-test"), found, pins_of(found[:2]))
    profile = open_profile(write_profile(plan, tmp_path))
    assert (len(profile.anchors), len(profile.intermediates)) == (2, 1)
    assert not profile.production


@needs_corpus
@pytest.mark.parametrize("name", ["nca_gost_test.crt", "nca_rsa_test.crt"])
def test_authorities_of_the_past_are_refused(name: str) -> None:
    path = CORPUS / "ncanode-pki" / "ca" / name
    assert flaw(read_authorities, [path], FIXED) == "EXPIRED"


@needs_corpus
def test_an_authority_with_a_key_of_the_former_standard_is_refused() -> None:
    path = CORPUS / "ncanode-pki" / "ca" / "nca_gost_test.crt"
    assert flaw(read_authorities, [path], datetime(2022, 1, 1, tzinfo=UTC)) == "ALGORITHM"


@needs_corpus
def test_the_production_roots_signed_their_own_authorities_only() -> None:
    rsa, gost, below_rsa, below_gost = read_authorities(
        [CORPUS / "ca" / name for name in PRODUCTION], FIXED
    )
    assert is_issued_by(below_rsa, rsa)
    assert is_issued_by(below_gost, gost)
    assert not is_issued_by(below_rsa, gost)
    assert not is_issued_by(below_gost, rsa)
