"""Strict verification of the two signature profiles (wire.md 4; S95-4, S216-3, S216-A2.1.3).

Only these forms pass, so that the tree in memory is what was signed and nothing beside it. The
certificate is found here and judged elsewhere (``trust``, ``roles``).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from lxml import etree

from shared_contracts.signing.report import Reason, SignatureForm, SignatureRefused, Stamp
from shared_contracts.signing.xml import compact
from shared_contracts.signing.xml.coverage import Covered, as_written, cover
from shared_contracts.signing.xml.enveloped import check_value, signatures_of
from shared_contracts.signing.xml.profile import SYSTEM, SignatureParts, read_signature
from shared_contracts.signing.xml.references import bearers, is_borne_outside, is_plain
from shared_contracts.signing.xml.sliced import SlicedTexts
from shared_contracts.signing.xml.strict import digest_refused, refused
from shared_contracts.signing.xml.vocabulary import SHA256
from shared_contracts.signing.xml.whole import prove
from shared_contracts.xml import schema
from shared_contracts.xml.plain import PlainText
from shared_contracts.xml.slices import Slices


class SignedBy(msgspec.Struct, frozen=True):
    """One proven signature: its certificates (DER, leaf first), algorithm, place and form.

    ``claimed_at`` is when the signer says to have signed; ``stamp`` is not judged yet.
    """

    certificates: tuple[bytes, ...]
    algorithm: str
    path: str
    form: SignatureForm = SignatureForm.XMLDSIG
    claimed_at: datetime | None = None
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class SignedSystem:
    """A message of a system whose signature is proven; only ``root`` was signed.

    ``canonical_sha256``, lower hex, is the identity of the message (wire.md 6).
    """

    root: etree._Element
    signed_by: SignedBy
    canonical_sha256: str

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """The certificates of the signature, DER, leaf first."""
        return self.signed_by.certificates


@dataclass(frozen=True, slots=True)
class SignedPerson:
    """A business document whose signatures are all proven, in the order they were made."""

    root: etree._Element
    signatures: tuple[SignedBy, ...]


def verify_system(root: etree._Element, written: PlainText[Any] | None = None) -> SignedSystem:
    """Verify the one signature of a system's message; ``root`` may stand in a SOAP envelope.

    ``written`` is its text as it came, if that is plain: it is then not made anew. Raises
    SignatureRefused. The tree is left as it was.
    """
    name = etree.QName(root).localname
    [signature] = signatures_of(root, name, 1)
    covered, parts = _as_written(signature, written) or _as_canonical(root, signature)
    _check_id(root, parts, covered, name)
    if parts.suite.digest_uri != SHA256:
        check_value(parts)  # first: the other digest is dear, and worth it only of who signed
    identity, signed = _digests(covered, parts)
    if signed != parts.digest:
        raise digest_refused(parts.element, parts.digest, signed)
    if parts.suite.digest_uri == SHA256:
        check_value(parts)
    return SignedSystem(root, signed_by(parts, f"/{name}/Signature"), identity.hex())


def _as_written(
    signature: etree._Element, written: PlainText[Any] | None
) -> tuple[Covered, SignatureParts] | None:
    """What came as the canonical text, with its signature; None where it is not known to be."""
    covered = written and as_written(written.data, written.signatures_at, [signature])
    parts = covered and compact.read_system(signature, covered.text, covered.spans[0])
    return (covered, parts) if covered and parts else None


def _as_canonical(
    root: etree._Element, signature: etree._Element
) -> tuple[Covered, SignatureParts]:
    covered = cover(root, [signature], exclusive=True)
    quick = compact.read_system(signature, covered.text, covered.spans[0])
    return covered, quick or read_signature(signature, SYSTEM)


def claimed_by(root: etree._Element) -> tuple[bytes, ...]:
    """The certificates (DER, leaf first) of whoever signed what the signature says of a message.

    Whether it says so of this very message is not asked: that may be dear. SignatureRefused if not.
    """
    [found] = signatures_of(root, etree.QName(root).localname, 1)
    parts = read_signature(found, SYSTEM)
    check_value(parts)
    return parts.certificates


def verify_person(root: etree._Element, written: PlainText[Any] | None = None) -> SignedPerson:
    """Verify the signatures of a business document, the last first (wire.md 4).

    ``written`` is its text as it came, if that is plain: it is then not made anew. Raises
    SignatureRefused. The tree is left as it was.
    """
    name = etree.QName(root).localname
    proven = prove(root, name, identified=False, written=written).parts
    return SignedPerson(root, all_signed_by(proven, f"/{name}/Signature"))


def verify_signed(
    root: etree._Element, *, by_system: bool, written: PlainText[Any] | None = None
) -> tuple[SignedBy, ...]:
    """Verify the signatures of a business document: those of persons, or the one of a system.

    ``written`` is its text as it came, if that is plain. Raises SignatureRefused. The tree is left
    as it was.
    """
    if by_system:
        return (verify_system(root, written).signed_by,)
    return verify_person(root, written).signatures


def verify_sliced(slices: Slices) -> tuple[SignedBy, ...]:
    """Verify the signatures of persons on a document that is too large for one tree.

    Its items bear no identifiers: what does is not as the schema demands. Raises SignatureRefused.
    """
    root = schema.parse(slices.skeleton)
    name = etree.QName(root).localname
    texts_of = partial(SlicedTexts, slices=slices)
    proven = prove(root, name, identified=False, texts_of=texts_of).parts
    return all_signed_by(proven, f"/{name}/Signature")


def all_signed_by(proven: list[SignatureParts], path: str) -> tuple[SignedBy, ...]:
    """What is to be known of signatures that are children of the same element."""
    if len(proven) == 1:
        return (signed_by(proven[0], path),)
    return tuple(signed_by(one, f"{path}[{number}]") for number, one in enumerate(proven, 1))


def signed_by(parts: SignatureParts, path: str) -> SignedBy:
    """What is to be known of a proven signature that stands at ``path``."""
    return SignedBy(
        parts.certificates, parts.suite.name, path, parts.form, parts.claimed_at, parts.stamp
    )


def _digests(covered: Covered, parts: SignatureParts) -> tuple[bytes, bytes]:
    """SHA-256 of the whole message, and the suite's digest of what was signed."""
    identity, signed = covered.sha256()
    if parts.suite.digest_uri != SHA256:
        signed = parts.suite.digest(covered.without_last(1))
    return identity, signed


def _check_id(root: etree._Element, parts: SignatureParts, covered: Covered, name: str) -> None:
    """The reference points to the root, and nothing else bears its Id."""
    identifier = root.get("Id")
    if identifier is None or not is_plain(identifier):
        raise SignatureRefused(Reason.COVERAGE, f"/{name}", "no usable Id on the root")
    if parts.uri != f"#{identifier}":
        raise refused(Reason.COVERAGE, parts.element, parts.uri)
    if _is_repeated(root, identifier, covered):
        raise SignatureRefused(Reason.DUPLICATE_ID, f"/{name}", identifier)


def _is_repeated(root: etree._Element, identifier: str, covered: Covered) -> bool:
    """Whether another attribute named like an Id has this value, anywhere in the document."""
    written = b'="%b"' % identifier.encode()
    inside = covered.text.count(written) > 1 and bearers(root, identifier) > 1
    return inside or is_borne_outside(root, identifier)
