"""A trust profile is configuration, and a wrong one is refused before it does harm."""

from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import pem

from shared_contracts.signing.validation.trust_profile import (
    Addresses,
    OcspRules,
    StampRules,
    TrustProfileError,
    ensure_fit_for,
    load_profile,
)
from tests.clauses import clause
from tests.pki import Pki


def write(pki: Pki, tmp_path: Path, text: str) -> Path:
    for name in ("ca.pem", "issuing.pem"):
        (tmp_path / name).write_bytes((pki.authority.folder / name).read_bytes())
    path = tmp_path / "trust.toml"
    path.write_text(text)
    return path


def test_the_profile_of_the_test_authority_is_read(pki: Pki) -> None:
    profile = load_profile(pki.trust)
    assert profile.name == "test-pki"
    assert len(profile.anchors) == len(profile.intermediates) == 2
    addresses = profile.addresses[profile.intermediates[0]]
    assert addresses.ocsp == (f"http://127.0.0.1:{pki.server.port}/ocsp",)
    assert profile.limits.keep == timedelta(minutes=5)
    delta = profile.addresses[profile.intermediates[1]].delta
    assert delta == (f"http://127.0.0.1:{pki.server.port}/gost/delta.crl",)


@clause("S216-19")
def test_a_test_profile_never_serves_production(pki: Pki) -> None:
    profile = load_profile(pki.trust)
    ensure_fit_for(profile, "STAND")
    with pytest.raises(TrustProfileError, match="environment: PRODUCTION"):
        ensure_fit_for(profile, "PRODUCTION")


def test_a_profile_for_production_serves_both(pki: Pki, tmp_path: Path) -> None:
    path = write(pki, tmp_path, 'name = "nuc-rk-prod"\nproduction = true\nanchors = ["ca.pem"]\n')
    for environment in ("STAND", "PRODUCTION"):
        ensure_fit_for(load_profile(path), environment)


def test_limits_are_configuration(pki: Pki, tmp_path: Path) -> None:
    text = 'name = "x"\nanchors = ["ca.pem"]\n[limits]\ntimeout_seconds = 1.5\nkeep_seconds = 0\n'
    limits = load_profile(write(pki, tmp_path, text)).limits
    assert (limits.timeout, limits.keep) == (1.5, timedelta())


NATIONAL = """
name = "nuc-rk-test"
anchors = ["ca.pem"]
algorithms = ["GOST-512", "RSA-SHA256"]
policies = ["1.2.398.3.3.2", "1.2.398.3.3.2.1"]
purposes = ["1.3.6.1.5.5.7.3.4"]

[ocsp]
nonce_required = true
fresh_seconds = 600
oldest_seconds = 86400

[timestamps]
policies = ["1.2.398.3.3.2.6.4"]
revocation = false

[limits]
keep_list_seconds = 60
lists_kept = 2

[[revocation]]
issuer = "ca.pem"
ocsp = ["http://one.kz/", "http://two.kz/"]
crl = ["http://one.kz/full.crl"]
delta = ["http://one.kz/delta.crl"]
"""


def test_a_national_profile_is_configuration_alone(pki: Pki, tmp_path: Path) -> None:
    profile = load_profile(write(pki, tmp_path, NATIONAL))
    assert profile.algorithms == {"GOST-512", "RSA-SHA256"}
    assert profile.policies == {"1.2.398.3.3.2", "1.2.398.3.3.2.1"}
    assert profile.purposes == {"1.3.6.1.5.5.7.3.4"}
    assert profile.ocsp == OcspRules(
        nonce_required=True, fresh=timedelta(minutes=10), oldest=timedelta(days=1)
    )
    assert profile.stamps == StampRules(frozenset({"1.2.398.3.3.2.6.4"}), revocation=False)
    assert (profile.limits.keep_list, profile.limits.lists_kept) == (timedelta(minutes=1), 2)
    assert profile.addresses[profile.anchors[0]] == Addresses(
        ocsp=("http://one.kz/", "http://two.kz/"),
        crl=("http://one.kz/full.crl",),
        delta=("http://one.kz/delta.crl",),
    )


def test_a_certificate_may_be_der_or_pem(pki: Pki, tmp_path: Path) -> None:
    path = write(pki, tmp_path, 'name = "x"\nanchors = ["ca.pem", "ca.cer"]')
    der = pem.unarmor((tmp_path / "ca.pem").read_bytes())[2]
    (tmp_path / "ca.cer").write_bytes(der)
    assert load_profile(path).anchors == (der, der)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('name = "x"\nanchors = ["none.pem"]', "put the authority's certificate there"),
        ('name = "x"\nanchors = ["ca.pem"]\nalgorithms = ["GOST"]', "GOST-512, RSA-SHA256"),
        ('name = "x"\nanchors = ["ca.pem"]\npolicies = ["^1.2$"]', "such as 1.2.398.3.3.2"),
        ('name = "x"\nanchors = ["ca.pem"]\n[timestamps]\npolicies = ["6.4"]', "'6.4'"),
        ('name = "x"\nanchors = ["ca.pem"]\n[ocsp]\nfresh_seconds = 3600', "from 1 to 1800"),
        ('name = "x"\nanchors = ["ca.pem"]\n[ocsp]\noldest_seconds = 864001', "from 1 to 864000"),
        ('name = "x"\nanchors = ["ca.pem"]\n[ocsp]\noldest_seconds = 0', "ocsp.oldest_seconds"),
        (
            'name = "x"\nanchors = ["ca.pem"]\n[[revocation]]\nissuer = "ca.pem"\n'
            'delta = ["http://x.kz/"]',
            "name it in crl",
        ),
        ("name = ", "correct the file"),
        ('anchors = ["ca.pem"]', "name"),
        ('name = "x"\nanchors = []', "anchors: at least one"),
        ('name = "x"\nanchors = ["none.pem"]', "none.pem"),
        ('name = "x"\nanchors = ["trust.toml"]', "trust.toml"),
        ('name = "x"\nanchors = ["ca.pem"]\nanchor = 1', "anchor"),
        ('name = "test-pki"\nproduction = true\nanchors = ["ca.pem"]', "never for production"),
        ('name = "x"\nanchors = ["ca.pem"]\n[limits]\nkept = 0', "limits.kept"),
        (
            'name = "x"\nanchors = ["ca.pem"]\n[[revocation]]\nissuer = "ca.pem"\ncrl = ["file:x"]',
            "file:x",
        ),
    ],
)
def test_a_wrong_profile_is_refused_with_what_is_wrong(
    pki: Pki, tmp_path: Path, text: str, told: str
) -> None:
    path = write(pki, tmp_path, text)
    with pytest.raises(TrustProfileError) as refused:
        load_profile(path)
    assert told in str(refused.value)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("name", ["ocsp", "crl"])
@pytest.mark.parametrize(
    "url",
    [
        "http://x.kz:port/",
        "http://x.kz:99999/",
        "http://x.kz:0/",
        "http://[::1/",
        "http://[x]/",
        "http://x.kz:-1/",
        "http://x\\u0000.kz/",
        "http:///ocsp",
        "ocsp.x.kz",
    ],
)
def test_an_address_with_a_wrong_host_or_port_is_told_with_its_field(
    pki: Pki, tmp_path: Path, name: str, url: str
) -> None:
    issuer = '[[revocation]]\nissuer = "ca.pem"'
    text = f'name = "x"\nanchors = ["ca.pem"]\n{issuer}\n{name} = ["{url}"]'
    with pytest.raises(TrustProfileError, match=f"revocation.{name}: .* correct it"):
        load_profile(write(pki, tmp_path, text))


def test_a_profile_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrustProfileError, match=r"none\.toml"):
        load_profile(tmp_path / "none.toml")
