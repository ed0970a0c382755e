"""What the rules of step 4 want to know beside the objects: looked up once for a package."""

from collections.abc import Iterable, Iterator

from registry.intake.context import IntakeContext
from registry.intake.known_facts import Objects, Recollection, object_key
from registry.intake.steps import ReadPackage
from registry.records.kind import AnyKind, Listed, LookUp
from shared_contracts.messages.document import Amendable, Deletion
from shared_contracts.messages.kinds import kind_of, values_at


def recollect(context: IntakeContext, read: ReadPackage, objects: Objects) -> Recollection:
    """Who of those named is a participant, who is engaged, and what each kind recalls."""
    sez_code = read.genuine.proven.sez_code
    documents = {
        number: document
        for number, document in enumerate(read.documents, 1)
        if document is not None
    }
    kinds, look_up = context.kinds, LookUp(context.log, sez_code, context.listed.catch_up)
    of_records = {
        number: kinds[kind_of(document).object_type].recall(look_up, document)
        for number, document in documents.items()
    }
    named = frozenset(number for one in documents.values() for number in _named(one))
    leaving = frozenset(_leaving(context, read, objects))
    if leaving:
        context.listed.catch_up()
    return Recollection(
        participants=context.participants.among(named),
        exclusions=context.exclusions.among(named),
        engaged=_of(context, leaving, (kind.engaged for kind in kinds.values())),
        of_records=of_records,
    )


def _of(
    context: IntakeContext, numbers: frozenset[str], lists: Iterable[Listed | None]
) -> frozenset[str] | None:
    """Which of ``numbers`` one of the lists has; None where there is no list, or nobody asked."""
    if not numbers:
        return None
    asked = (one(context.log, context.environment, numbers) for one in lists if one is not None)
    found = [one for one in asked if one is not None]
    return frozenset().union(*found) if found else None


def _named(document: Amendable) -> Iterator[str]:
    """The numbers in a document whose place among the participants is asked."""
    for path in kind_of(document).parties:
        yield from (
            values_at(document, path) if isinstance(document, kind_of(document).whole) else ()
        )


def _leaving(context: IntakeContext, read: ReadPackage, objects: Objects) -> Iterator[str]:
    """The numbers of participants on record whom the package deletes."""
    package = read.genuine.whole.package
    for record, document in zip(package.records, read.documents, strict=True):
        key = object_key(read.genuine.proven.sez_code, package.environment, record.header)
        at = objects[key]
        if isinstance(document, Deletion) and at.version and _lists(context.kinds[key.kind]):
            yield at.state.number


def _lists(kind: AnyKind) -> bool:
    return kind.participants is not None
