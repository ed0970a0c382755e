"""State rules for changed documentation: what must stay, and when it may change (S216-A3.1b)."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from registry.purchases.rules.recorded import PurchaseFacts
from shared_contracts.messages.purchase import Purchase, TenderDocumentation
from shared_contracts.rules import documents
from shared_contracts.rules.rule import Found, RuleBook, earlier, shifted, shown

BOOK = RuleBook()

PLACE = "/TenderDocumentation/Documents"


@BOOK.rule("F-DOC-1")
def documentation_stays_whole(
    change: TenderDocumentation, facts: PurchaseFacts, values: Mapping[str, Any]
) -> Iterator[Found]:
    """A changed documentation still has what the method asks for."""
    if facts.current is not None:
        yield from documents.missing(PLACE, change.documents, facts.current.method, values)


@BOOK.rule("F-PUR-9")
def lots_keep_their_papers(
    change: TenderDocumentation, facts: PurchaseFacts, values: Mapping[str, Any]
) -> Iterator[Found]:
    """After a change every lot of a tender still has its specification and draft contract."""
    current = facts.current
    if current is None or current.method not in values["methods"]:
        return
    for lot in current.lots:
        for category in documents.lacking(lot, change.documents, values):
            yield Found(PLACE, None, {"lot": str(lot), "category": category})


@BOOK.rule("F-DOC-7")
def changed_files_belong_to_lots_there_are(
    change: TenderDocumentation, facts: PurchaseFacts
) -> Iterator[Found]:
    """A changed file names only lots of its purchase."""
    if facts.current is not None:
        yield from documents.foreign_lots(change, set(facts.current.lots))


@BOOK.rule("F-DOC-4")
def files_never_change(
    document: Purchase | TenderDocumentation, facts: PurchaseFacts
) -> Iterator[Found]:
    """A version of a file is the same for ever; what changed has a new version (S216-12a)."""
    known: Mapping[str, str] = {} if facts.current is None else facts.current.files
    for place, file in documents.files(document):
        recorded = known.get(f"{file.document_id}/{file.version}", file.sha256)
        if recorded != file.sha256:
            yield Found(f"{place}/Sha256", file.sha256, {"recorded": recorded})


@BOOK.rule("F-DOC-5")
def bidders_have_time_to_read(
    _change: TenderDocumentation, facts: PurchaseFacts, values: Mapping[str, Any]
) -> Iterator[Found]:
    """Documentation changes some days before the end of bidding; an assumption."""
    end = None if facts.current is None else facts.current.bids_to
    if end is not None and earlier(
        shifted(end, -timedelta(days=values["days"])), facts.moments[-1]
    ):
        yield Found(PLACE, shown(end), {"days": str(values["days"])})
