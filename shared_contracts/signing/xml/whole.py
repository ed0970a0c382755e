"""Signatures of whole documents, one after another: each seals those before it (wire.md 4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from shared_contracts.signing.report import Reason, SignatureForm, SignatureRefused
from shared_contracts.signing.xml import compact
from shared_contracts.signing.xml.coverage import Covered, as_written, cover
from shared_contracts.signing.xml.enveloped import check_value, signatures_of
from shared_contracts.signing.xml.profile import (
    PERSON,
    SignatureParts,
    check_algorithm,
    read_signature,
)
from shared_contracts.signing.xml.references import census, has_identifier
from shared_contracts.signing.xml.strict import digest_refused, refused
from shared_contracts.signing.xml.vocabulary import EXCLUSIVE
from shared_contracts.xml.plain import PlainText

MOST_SIGNATURES = 20


class CanonicalTexts(dict[bool, Covered]):
    """A document's canonical texts by whether they are exclusive; each is made once, if needed."""

    def __init__(self, root: etree._Element, found: Sequence[etree._Element]) -> None:
        super().__init__()
        self._root = root
        self._found = found

    def __missing__(self, exclusive: bool) -> Covered:  # noqa: FBT001  # the key itself
        """Make the text that was asked for."""
        made = self[exclusive] = cover(self._root, self._found, exclusive=exclusive)
        return made


@dataclass(frozen=True, slots=True)
class ProvenDocument:
    """A document whose signatures are all proven, in the order they were made."""

    parts: list[SignatureParts]
    texts: CanonicalTexts

    @property
    def octets(self) -> bytes:
        """What the last signature covers: the canonical document, earlier signatures included."""
        return b"".join(self.texts[self.parts[-1].exclusive].without_last(1))


def prove(
    root: etree._Element,
    name: str,
    *,
    identified: bool,
    texts_of: Callable[..., CanonicalTexts] = CanonicalTexts,
    written: PlainText[Any] | None = None,
) -> ProvenDocument:
    """Prove all signatures of a document whose root is called ``name``, the last first.

    ``identified`` says whether the root may bear an Id; ``texts_of`` makes the canonical texts of
    a root with its signatures, ``written`` is its text as it came, if that is plain. Raises
    SignatureRefused.
    """
    found = signatures_of(root, name, MOST_SIGNATURES)
    texts, quick = _as_written(root, found, written) or _read_all(found, texts_of(root, found))
    if None in quick:
        for signature in found:
            check_algorithm(signature)
    _check_whole_document(root, name, identified=identified)
    parts = [known or _read(one) for one, known in zip(found, quick, strict=True)]
    for count, one in enumerate(reversed(parts), 1):
        _check_digest(one, texts[one.exclusive], count)
        check_value(one)
    _check_parts(root, parts)
    return ProvenDocument(parts, texts)


_Quick = list[SignatureParts | None]


def _as_written(
    root: etree._Element, found: Sequence[etree._Element], written: PlainText[Any] | None
) -> tuple[CanonicalTexts, _Quick] | None:
    """What came as the canonical text, with its signatures; None where it is not known to be."""
    covered = written and as_written(written.data, written.signatures_at, found)
    if not covered:
        return None
    texts = CanonicalTexts(root, found)
    texts[False] = texts[True] = covered
    read = _read_all(found, texts)
    return None if None in read[1] else read


def _read_all(
    found: Sequence[etree._Element], texts: CanonicalTexts
) -> tuple[CanonicalTexts, _Quick]:
    return texts, [_read_quickly(one, number, texts) for number, one in enumerate(found)]


def _read_quickly(
    signature: etree._Element, number: int, texts: CanonicalTexts
) -> SignatureParts | None:
    """The signature if it has a form that tools write, read from the text that it likely covers."""
    try:
        covered = texts[_is_exclusive(signature)]
    except SignatureRefused:
        return None
    return compact.read_person(signature, covered.text, covered.spans[number])


def _is_exclusive(signature: etree._Element) -> bool:
    """Whether SignedInfo names exclusive C14N; tools use one method throughout."""
    info = signature[0] if len(signature) else signature
    method = info[0] if len(info) else info
    return method.get("Algorithm", "").startswith(EXCLUSIVE)


def _check_whole_document(root: etree._Element, name: str, *, identified: bool) -> None:
    """An empty URI means the whole document: so the root is the document's."""
    if root.getparent() is not None:
        raise SignatureRefused(Reason.COVERAGE, f"/{name}", "not a document of its own")
    if not identified and has_identifier(root):
        raise SignatureRefused(Reason.PROFILE, f"/{name}", "Id on the root")


def _read(signature: etree._Element) -> SignatureParts:
    parts = read_signature(signature, PERSON)
    if parts.uri != "":
        raise refused(Reason.COVERAGE, parts.element, parts.uri)
    return parts


def _check_digest(parts: SignatureParts, covered: Covered, count: int) -> None:
    """The document is the one that was signed, without this signature and those after it."""
    computed = parts.suite.digest(covered.without_last(count))
    if computed != parts.digest:
        raise digest_refused(parts.element, parts.digest, computed)


def _check_parts(root: etree._Element, parts: Sequence[SignatureParts]) -> None:
    """Nothing else bears an identifier by which the parts of a signature point to each other.

    All identifiers are counted in one walk: documents are large, and their signatures many.
    """
    named = [
        one for each in parts if each.form is not SignatureForm.XMLDSIG for one in each.identifiers
    ]
    borne = census(root) if named else {}
    for identifier in named:
        if borne[identifier] != 1:
            name = etree.QName(root).localname
            raise SignatureRefused(Reason.DUPLICATE_ID, f"/{name}", identifier)
