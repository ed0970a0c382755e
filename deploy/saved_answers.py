"""Answers of the authority kept beside signed files: they verify after it has stopped."""

import hashlib
import shutil
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from deploy.authority import StandAuthority
from shared_contracts.astana_time import now, shown
from shared_contracts.explaining.explain import VerificationQuestion, explain
from shared_contracts.signing.trust import CertificateChecker, load_profile
from shared_contracts.signing.validation.revocation import Fetch, HttpFetch

MOMENT = "moment"
"""File that holds the moment for which the answers were saved, as ``--at`` takes it."""

CERTIFICATES = ("ca.pem", "issuing.pem", "gost-root.pem", "gost-issuing.pem")
"""What the trust profile of a test authority names, beside it."""


class SavingFetch:
    """A ``Fetch`` that keeps each answer as a file in ``folder``, named by its SHA-256."""

    def __init__(self, fetch: Fetch, folder: Path) -> None:
        self._fetch, self._folder = fetch, folder

    def ocsp(self, url: str, request: bytes) -> bytes:
        """The response of the authority, kept."""
        return self._kept(self._fetch.ocsp(url, request), "ocsp")

    def crl(self, url: str) -> bytes:
        """The list of the authority, kept."""
        return self._kept(self._fetch.crl(url), "crl")

    def _kept(self, der: bytes, kind: str) -> bytes:
        name = hashlib.sha256(der).hexdigest()[:16]
        (self._folder / f"{name}.{kind}").write_bytes(der)
        return der


def save_answers(authority: StandAuthority, signed: Iterable[Path], folder: Path) -> datetime:
    """Ask about every signer of the files in ``signed``, and keep what is needed to ask no more.

    ``folder`` then holds the trust profile with its certificates in ``trust``, OCSP responses and
    CRLs in ``answers``, and in ``moment`` the moment, returned too, for which they hold.
    """
    trust, answers = folder / "trust", folder / "answers"
    trust.mkdir(parents=True)
    answers.mkdir()
    profile = load_profile(authority.trust)
    for name in (authority.trust.name, *CERTIFICATES):
        shutil.copy(authority.folder / name, trust)
    at = now()
    with closing(HttpFetch(profile.limits)) as fetch:
        checker = CertificateChecker(profile, SavingFetch(fetch, answers))
        for path in signed:
            explain(path.read_bytes(), VerificationQuestion(at, checker))
    (folder / MOMENT).write_text(f"{shown(at)}\n")
    return at
