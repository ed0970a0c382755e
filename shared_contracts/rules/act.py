"""Rules for the act at the head of every document: version, history, operation, reason."""

from collections.abc import Iterator

from shared_contracts.messages.document import Amendable, Deletion, Operation
from shared_contracts.messages.kinds import KINDS, kind_of
from shared_contracts.messages.purchase import PurchaseExtension
from shared_contracts.rules.rule import Found, RuleBook, blank

BOOK = RuleBook()


@BOOK.rule("F-HDR-1")
def history_begins_with_the_first_version(document: Amendable) -> Iterator[Found]:
    """The first version has no predecessor, every later one names its hash (S216-12a)."""
    act, head = document.act, path(document)
    if act.version < 1:
        yield Found(f"{head}/Version", str(act.version), {"expected": "1"})
    elif act.version == 1 and act.previous_hash is not None:
        yield Found(f"{head}/PreviousHash", act.previous_hash, {"expected": "NOTHING"})
    elif act.version > 1 and act.previous_hash is None:
        yield Found(f"{head}/PreviousHash", None, {"expected": "LAST_HASH"})


@BOOK.rule("F-HDR-8")
def change_has_a_reason(document: Amendable) -> Iterator[Found]:
    """Whoever changes or deletes says why; of extensions F-EXT-1 asks it."""
    late = document.act.version > 1 or isinstance(document, Deletion)
    if late and blank(document.act.reason) and not isinstance(document, PurchaseExtension):
        yield Found(f"{path(document)}/Reason")


@BOOK.rule("F-HDR-9")
def operation_suits_the_document(document: Amendable) -> Iterator[Found]:
    """A first version creates, a later one updates, a deletion deletes (S216-A3.1a-i)."""
    expected = _operation(document)
    if document.act.operation is not expected:
        named = {"expected": expected.value}
        yield Found(f"{path(document)}/Operation", document.act.operation.value, named)


@BOOK.rule("F-HDR-10")
def document_is_of_its_kind(document: Amendable) -> Iterator[Found]:
    """A document is a version of an object of a type to which its root belongs."""
    named, kind = document.act.object_type, kind_of(document)
    if kind is not KINDS.get(named):
        yield Found(f"{path(document)}/ObjectType", named, {"expected": kind.object_type})


def path(document: Amendable) -> str:
    """Where the act stands in the document."""
    return f"/{type(document).__name__}/Act"


def _operation(document: Amendable) -> Operation:
    if isinstance(document, Deletion):
        return Operation.DELETE
    first = type(document) in kind_of(document).first and document.act.version <= 1
    return Operation.CREATE if first else Operation.UPDATE
