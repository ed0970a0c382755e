"""Whose certificate signed: held against those that the reader had from the systems' keepers.

An authority issues certificates to many. That one leads to the anchor says that a name is true,
not that it is the name of the Registry or of the SEZ: this only the reader can say.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from .steps import Flaw, Undecided

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class SystemPins:
    """SHA-256 (lower hex) of certificates: of the system whose package it is, of the Registry."""

    system: frozenset[str] = frozenset()
    registry: frozenset[str] = frozenset()

    def check_system(self, signer: x509.Certificate) -> str:
        """Who signed as the system that exported; ``Flaw`` for another one than was named.

        ``Undecided`` while none was named.
        """
        return _check(signer, self.system or self.registry, "SIGNER_UNNAMED")

    def check_receipt(self, signer: x509.Certificate, senders: Iterable[x509.Certificate]) -> str:
        """Who signed a receipt; the same, for the Registry.

        Where ``system`` signed packages too, it is no Registry, and nobody receipts his own
        packages: ``Undecided`` while the Registry's certificate was not named.
        """
        if self.registry or not self.system:
            return _check(signer, self.registry, "SIGNER_UNNAMED")
        if any(fingerprint(one) in self.system for one in senders):
            return _check(signer, frozenset(), "REGISTRY_UNNAMED")
        return _check(signer, self.system, "SIGNER_UNNAMED")

    def check_sender(self, signer: x509.Certificate, senders: Iterable[x509.Certificate]) -> str:
        """Who signed what a SEZ says, in a package of either system.

        It is believed of the one that was named, and of who signed a package here; ``Undecided`` of
        another: a SEZ renews its certificate.
        """
        own = frozenset(fingerprint(one) for one in senders)
        told = _shown(signer)
        if fingerprint(signer) not in own | self.system:
            raise Undecided("SENDER_OTHER", detail=told)
        return told


def pins_in(written: str) -> set[str] | None:
    """The pin that SHA-256 written in hex is, with or without colons; None for anything else."""
    plain = written.replace(":", "").lower()
    return {plain} if _SHA256.fullmatch(plain) else None


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate's DER, lower hex."""
    return sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def signs(certificate: x509.Certificate) -> bool:
    """Whether it is a signer's own: a file of a chain holds those of its authorities too."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return True
    return not constraints.value.ca


def _check(signer: x509.Certificate, pins: frozenset[str], unnamed: str) -> str:
    told = _shown(signer)
    if not pins:
        raise Undecided(unnamed, detail=told)
    if fingerprint(signer) not in pins:
        raise Flaw("SIGNER_OTHER", detail=told)
    return told


def _shown(signer: x509.Certificate) -> str:
    return f"{signer.subject.rfc4514_string()}, SHA-256 {fingerprint(signer)}"
