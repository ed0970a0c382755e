"""Step 4: format-logical control, all findings at once (S216-A2.1.4)."""

from collections.abc import Iterator
from dataclasses import replace

from registry.intake.integrity import FindFile
from registry.intake.steps import Genuine, Judgeable, SignedDocument
from shared_contracts.faults import Breach, Fault, Refused, Unprocessed
from shared_contracts.messages import codec, schema
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.package import Package
from shared_contracts.messages.purchase import Purchase, TenderDocumentation
from shared_contracts.rules.examine import examine_document


def examine_documents(genuine: Genuine) -> Judgeable:
    """Read every document and say all that can be said of it alone."""
    read = [_examine(genuine.whole.package, signed) for signed in genuine.whole.documents]
    documents = tuple(document for document, _ in read)
    found_alone = tuple(breach for _, found in read for breach in found)
    breaches = (*genuine.warnings, *found_alone)
    return Judgeable(genuine, documents, breaches)


def _examine(package: Package, signed: SignedDocument) -> tuple[Amendable | None, list[Breach]]:
    number = signed.number
    name = codec.local_name(signed.element)
    kind = codec.DOCUMENTS.get(name)
    if kind is None:
        expected = {"facet": "element", "expected": ", ".join(codec.DOCUMENTS)}
        return None, [Breach("F-XSD-1", f"/{name}", name, expected, number)]
    if found := schema.validate(signed.element, "F-XSD-1", number):
        return None, found
    document = codec.read(signed.element, kind)
    found = [*_agreement(package, signed, document)]
    found += examine_document(document, signed.record.header.formed_at)
    return document, [replace(breach, record=number) for breach in found]


def _agreement(package: Package, signed: SignedDocument, document: Amendable) -> Iterator[Breach]:
    act, header = document.act, signed.record.header
    root = f"/{type(document).__name__}/Act"
    said = {
        "ObjectType": (act.object_type, header.object_type),
        "ObjectId": (act.object_id, header.object_id),
        "Version": (act.version, header.version),
    }
    for name, (signed_value, header_value) in said.items():
        if signed_value != header_value:
            yield Breach(
                "F-HDR-7",
                f"{root}/{name}",
                str(signed_value),
                {"document": str(signed_value), "record": str(header_value)},
            )
    if act.environment != package.environment:
        expected = {"expected": package.environment}
        yield Breach("I-09", f"{root}/Environment", act.environment, expected)
    if act.sez_code != package.sez_code:
        yield Breach("I-10", f"{root}/SezCode", act.sez_code, {"expected": package.sez_code})


def check_files(judgeable: Judgeable, find: FindFile) -> None:
    """Every file that a document names must be here, in the size it states (wire.md 17).

    ``Unprocessed(FILES_MISSING)`` names those that must be sent first; ``Refused`` the wrong sizes.
    """
    named = [
        (number, position, file)
        for number, document in enumerate(judgeable.documents, 1)
        if isinstance(document, Purchase | TenderDocumentation)
        for position, file in enumerate(document.documents, 1)
    ]
    found = {file.sha256: find(file.sha256) for _, _, file in named}
    if missing := [sha256 for sha256, path in found.items() if path is None]:
        raise Unprocessed(Fault.FILES_MISSING, hashes=missing)
    wrong = [
        _wrong_size(judgeable, number, position, file.size, path.stat().st_size)
        for number, position, file in named
        if (path := found[file.sha256]) is not None and path.stat().st_size != file.size
    ]
    if wrong:
        raise Refused(*wrong)


def _wrong_size(
    judgeable: Judgeable, number: int, position: int, declared: int, actual: int
) -> Breach:
    root = type(judgeable.documents[number - 1]).__name__
    path = f"/{root}/Documents/Document[{position}]/Size"
    return Breach("I-07", path, str(declared), {"actual": str(actual)}, number)
