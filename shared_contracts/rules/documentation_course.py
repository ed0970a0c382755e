"""Rules for changed documentation against the purchase before: what stays, and when it may change.

Both systems ask them (S216-A3.1b). What a file ever was the Registry knows; a SEZ asks of those
that its purchase has now.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from shared_contracts.messages.purchase import Purchase, TenderDocumentation
from shared_contracts.rules import documents
from shared_contracts.rules.course import Course
from shared_contracts.rules.rule import Found, RuleBook, earlier, shifted, shown

BOOK = RuleBook()

PLACE = "/TenderDocumentation/Documents"


@BOOK.rule("F-DOC-1")
def documentation_stays_whole(
    change: TenderDocumentation, course: Course, values: Mapping[str, Any]
) -> Iterator[Found]:
    """A changed documentation still has what the method asks for."""
    return documents.missing(PLACE, change.documents, course.before.method, values)


@BOOK.rule("F-PUR-9")
def lots_keep_their_papers(
    change: TenderDocumentation, course: Course, values: Mapping[str, Any]
) -> Iterator[Found]:
    """After a change every lot of a tender still has its specification and draft contract."""
    if course.before.method not in values["methods"]:
        return
    for lot in course.before.lots:
        for category in documents.lacking(lot, change.documents, values):
            yield Found(PLACE, None, {"lot": str(lot), "category": category})


@BOOK.rule("F-DOC-7")
def changed_files_belong_to_lots_there_are(
    change: TenderDocumentation, course: Course
) -> Iterator[Found]:
    """A changed file names only lots of its purchase."""
    return documents.foreign_lots(change, set(course.before.lots))


@BOOK.rule("F-DOC-4")
def files_never_change(document: Purchase | TenderDocumentation, course: Course) -> Iterator[Found]:
    """A version of a file is the same for ever; what changed has a new version (S216-12a)."""
    known = course.before.known_files
    for place, file in documents.files(document):
        recorded = known.get(documents.version_of(file), file.sha256)
        if recorded != file.sha256:
            yield Found(f"{place}/Sha256", file.sha256, {"recorded": recorded})


@BOOK.rule("F-DOC-5")
def bidders_have_time_to_read(
    _change: TenderDocumentation, course: Course, values: Mapping[str, Any]
) -> Iterator[Found]:
    """Documentation changes some days before the end of bidding; an assumption."""
    end = course.before.bids_to
    if end is not None and earlier(
        shifted(end, -timedelta(days=values["days"])), course.moments[-1]
    ):
        yield Found(PLACE, shown(end), {"days": str(values["days"])})
