"""A business document that is as its schema demands: parsed and validated once, then passed on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from typing_extensions import override

from shared_contracts.errors import BadInput
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.receipt import Finding
from shared_contracts.rules.catalogue import word
from shared_contracts.xml import codec, schema
from shared_contracts.xml.codec import Element
from shared_contracts.xml.foreign import foreign_document


class NotPublishable(BadInput):
    """A document breaks the rules and was not recorded; ``findings`` say which, and the cure."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(", ".join(f"{finding.rule_id} {finding.path}" for finding in findings))
        self.findings = tuple(findings)

    @override
    def as_json(self) -> object:
        return {"findings": self.findings}


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """A document that passed its schema: its bytes, their tree, and what they say."""

    data: bytes
    element: Element
    document: Amendable


def read_document(data: bytes) -> CheckedDocument:
    """A document written elsewhere, its bytes untouched.

    Raises ``Unprocessed`` if it is no XML, ``NotPublishable`` if it is not as its schema demands.
    """
    element = schema.parse(data)
    kind = codec.DOCUMENTS.get(codec.local_name(element))
    if kind is None:
        raise not_publishable([foreign_document(element)])
    _check_schema(element)
    return CheckedDocument(data, element, codec.read(element, kind))


def write_document(document: Amendable, root_id: str | None = None) -> CheckedDocument:
    """A document made here, not signed yet; raises as ``read_document`` does.

    ``root_id`` is the Id by which a system will sign it.
    """
    element = schema.parse(codec.canonical_text(document, root_id=root_id))
    _check_schema(element)
    return CheckedDocument(codec.to_bytes(element), element, document)


def not_publishable(breaches: Iterable[Breach]) -> NotPublishable:
    """The refusal for ``breaches``, each in words and with its cure."""
    return NotPublishable([word(breach) for breach in breaches])


def _check_schema(element: Element) -> None:
    if found := schema.validate(element, "F-XSD-1"):
        raise not_publishable(found)
