"""Strict verification of the two signature profiles (wire.md 4; S95-4, S216-3, S216-A2.1.3).

Only these forms pass, so that the tree in memory is what was signed and nothing beside it. The
certificate is found here and judged elsewhere (``trust``, ``roles``).
"""

import re
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from shared_contracts.signing.compact import read_compact
from shared_contracts.signing.coverage import Covered, cover
from shared_contracts.signing.profile import (
    PERSON,
    SIGNATURE,
    SYSTEM,
    SignatureParts,
    check_algorithm,
    path_of,
    read_signature,
    refused,
)
from shared_contracts.signing.report import Form, Reason, SignatureRefused, Stamp

MOST_SIGNATURES = 20
ID_NAMES = frozenset({"Id", "ID", "id"})
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True, slots=True)
class SignedBy:
    """One proven signature: its certificates (DER, leaf first), algorithm, place and form.

    ``claimed_at`` is when the signer says to have signed; ``stamp`` is not judged yet.
    """

    certificates: tuple[bytes, ...]
    algorithm: str
    path: str
    form: Form = Form.XMLDSIG
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


def verify_system(root: etree._Element) -> SignedSystem:
    """Verify the one signature of a system's message; ``root`` may stand in a SOAP envelope.

    Raises SignatureRefused. The tree is left as it was.
    """
    name = etree.QName(root).localname
    found = _signatures(root, name)
    if len(found) > 1:
        raise SignatureRefused(Reason.TOO_MANY_SIGNATURES, f"/{name}")
    covered = cover(root, found, exclusive=True)
    compact = read_compact(found[0], covered.text, covered.spans[0])
    parts = compact or read_signature(found[0], SYSTEM)
    _check_id(root, parts, covered, name)
    identity, signed = covered.sha256()  # the profile knows no other digest
    if signed != parts.digest:
        raise refused(Reason.DIGEST, parts.element)
    _check_value(parts)
    return SignedSystem(root, _signed_by(parts, f"/{name}/Signature"), identity.hex())


def verify_person(root: etree._Element) -> SignedPerson:
    """Verify the signatures of a business document, the last first (wire.md 4).

    Raises SignatureRefused. The tree is left as it was.
    """
    name = etree.QName(root).localname
    found = _signatures(root, name)
    if len(found) > MOST_SIGNATURES:
        raise SignatureRefused(Reason.TOO_MANY_SIGNATURES, f"/{name}")
    for signature in found:
        check_algorithm(signature)
    _check_whole_document(root, name)
    proven = [_read_person(signature) for signature in found]
    kinds = {parts.exclusive for parts in proven}
    texts = {exclusive: cover(root, found, exclusive=exclusive) for exclusive in kinds}
    for count, parts in enumerate(reversed(proven), 1):
        _check_digest(parts, texts[parts.exclusive], count)
        _check_value(parts)
    return SignedPerson(root, tuple(_signed_by(parts, path_of(parts.element)) for parts in proven))


def _signatures(root: etree._Element, name: str) -> list[etree._Element]:
    """All signatures in ``root``, which are its last children; nothing unsigned in between."""
    _check_document(root, name)
    found = []
    for node in root.iter(etree.Comment, etree.PI, etree.Entity, SIGNATURE):
        if node.tag != SIGNATURE:
            raise SignatureRefused(Reason.COMMENT, f"/{name}")
        found.append(node)
    if not found:
        raise SignatureRefused(Reason.NO_SIGNATURE, f"/{name}")
    if not _are_last_children(root, found):
        raise SignatureRefused(Reason.COVERAGE, f"/{name}", "signatures are the last children")
    return found


def _are_last_children(root: etree._Element, found: list[etree._Element]) -> bool:
    after = [*found[1:], None]
    return all(
        one.getparent() is root and one.getnext() is following
        for one, following in zip(found, after, strict=True)
    )


def _check_document(root: etree._Element, name: str) -> None:
    """No DTD in the document, nothing beside its root."""
    if root.getroottree().docinfo.doctype:  # type: ignore[attr-defined]  # lxml-stubs lacks it
        raise SignatureRefused(Reason.DTD, f"/{name}")
    beside = (root.getprevious(), root.getnext())
    if root.getparent() is None and beside != (None, None):
        raise SignatureRefused(Reason.COMMENT, f"/{name}")


def _check_whole_document(root: etree._Element, name: str) -> None:
    """An empty URI means the whole document: so the root is the document's, and has no Id."""
    if root.getparent() is not None:
        raise SignatureRefused(Reason.COVERAGE, f"/{name}", "not a document of its own")
    if not ID_NAMES.isdisjoint(etree.QName(key).localname for key in root.keys()):  # noqa: SIM118
        raise SignatureRefused(Reason.PROFILE, f"/{name}", "Id on the root")


def _read_person(signature: etree._Element) -> SignatureParts:
    parts = read_signature(signature, PERSON)
    if parts.uri != "":
        raise refused(Reason.COVERAGE, parts.element, parts.uri)
    return parts


def _check_id(root: etree._Element, parts: SignatureParts, covered: Covered, name: str) -> None:
    """The reference points to the root, and nothing else bears its Id."""
    identifier = root.get("Id")
    if identifier is None or not _ID.fullmatch(identifier):
        raise SignatureRefused(Reason.COVERAGE, f"/{name}", "no usable Id on the root")
    if parts.uri != f"#{identifier}":
        raise refused(Reason.COVERAGE, parts.element, parts.uri)
    if _is_repeated(root, identifier, covered):
        raise SignatureRefused(Reason.DUPLICATE_ID, f"/{name}", identifier)


def _is_repeated(root: etree._Element, identifier: str, covered: Covered) -> bool:
    """Whether another attribute named like an Id has this value, anywhere in the document."""
    written = b'="%b"' % identifier.encode()
    inside = covered.text.count(written) > 1 and _bearers(root, identifier) > 1
    return inside or _is_borne_outside(root, identifier)


def _is_borne_outside(root: etree._Element, identifier: str) -> bool:
    inner = root
    for ancestor in root.iterancestors():
        if _bears(ancestor, identifier):
            return True
        if any(_bearers(child, identifier) for child in ancestor if child is not inner):
            return True
        inner = ancestor
    return False


def _bearers(element: etree._Element, identifier: str) -> int:
    return sum(_bears(one, identifier) for one in element.iter(etree.Element))


def _bears(element: etree._Element, identifier: str) -> bool:
    return any(
        value == identifier and etree.QName(key).localname in ID_NAMES
        for key, value in element.items()
    )


def _check_digest(parts: SignatureParts, covered: Covered, count: int) -> None:
    """The document is the one that was signed, without this signature and those after it."""
    if parts.suite.digest(covered.without_last(count)) != parts.digest:
        raise refused(Reason.DIGEST, parts.element)


def _check_value(parts: SignatureParts) -> None:
    """The owner of the certificate's key signed this digest."""
    if not parts.suite.verify(parts.leaf.key, parts.signed_info, parts.value):
        raise refused(Reason.VALUE, parts.element)


def _signed_by(parts: SignatureParts, path: str) -> SignedBy:
    return SignedBy(parts.certificates, parts.suite.name, path)
