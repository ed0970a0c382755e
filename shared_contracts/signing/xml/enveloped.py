"""Signatures in the documents that they sign: the last children of the root, nothing beside."""

from lxml import etree

from shared_contracts.signing.report import Reason, SignatureRefused
from shared_contracts.signing.xml.profile import SignatureParts
from shared_contracts.signing.xml.strict import refused
from shared_contracts.signing.xml.vocabulary import SIGNATURE


def signatures_of(root: etree._Element, name: str, most: int) -> list[etree._Element]:
    """All signatures in ``root``, called ``name``: its last children, nothing unsigned between.

    Raises SignatureRefused: DTD, COMMENT, NO_SIGNATURE, COVERAGE or TOO_MANY_SIGNATURES.
    """
    check_document(root, name)
    found = []
    for node in root.iter(etree.Comment, etree.PI, etree.Entity, SIGNATURE):
        if node.tag != SIGNATURE:
            raise SignatureRefused(Reason.COMMENT, f"/{name}")
        found.append(node)
    if not found:
        raise SignatureRefused(Reason.NO_SIGNATURE, f"/{name}")
    if not _are_last_children(root, found):
        raise SignatureRefused(Reason.COVERAGE, f"/{name}", "signatures are the last children")
    if len(found) > most:
        raise SignatureRefused(Reason.TOO_MANY_SIGNATURES, f"/{name}")
    return found


def check_document(root: etree._Element, name: str) -> None:
    """No DTD in the document, nothing beside its root; else SignatureRefused."""
    if root.getroottree().docinfo.doctype:  # type: ignore[attr-defined]  # lxml-stubs lacks it
        raise SignatureRefused(Reason.DTD, f"/{name}")
    beside = (root.getprevious(), root.getnext())
    if root.getparent() is None and beside != (None, None):
        raise SignatureRefused(Reason.COMMENT, f"/{name}")


def check_value(parts: SignatureParts) -> None:
    """The owner of the certificate's key signed what stands in SignedInfo; else VALUE."""
    if not parts.suite.verify(parts.leaf.key, parts.signed_info, parts.value):
        raise refused(Reason.VALUE, parts.element)


def _are_last_children(root: etree._Element, found: list[etree._Element]) -> bool:
    after = [*found[1:], None]
    return all(
        one.getparent() is root and one.getnext() is following
        for one, following in zip(found, after, strict=True)
    )
