"""State rules for every document: version, operation, times, conditions, access (S216-A2.1.4)."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from registry.records.rules.facts import Facts, RecordFacts, SendingSystem
from shared_contracts.astana_time import to_astana
from shared_contracts.messages.document import Amendable, Operation
from shared_contracts.rules.act import path
from shared_contracts.rules.object_history import other_conditions
from shared_contracts.rules.rule import Found, RuleBook, shown

BOOK = RuleBook()

AnyFacts: TypeAlias = Facts[RecordFacts, RecordFacts]
"""Facts of an object of any kind."""


@BOOK.rule("F-HDR-1")
def version_follows_the_last(document: Amendable, facts: AnyFacts) -> Iterator[Found]:
    """A version is one more than the last, and names its hash (S216-12a).

    A gap of more than one is not judged here: it is the retryable fault PREDECESSOR_MISSING.
    """
    act, current = document.act, facts.current
    if current is None:
        return
    if act.version <= current.version:
        named = {"expected": str(current.version + 1)}
        yield Found(f"{path(document)}/Version", str(act.version), named)
    elif act.version > 1 and act.previous_hash != current.document_hash:
        named = {"expected": current.document_hash}
        yield Found(f"{path(document)}/PreviousHash", act.previous_hash, named)


@BOOK.rule("F-HDR-2")
def operation_fits_the_state(document: Amendable, facts: AnyFacts) -> Iterator[Found]:
    """What is not on record can only be created, what runs only be changed or deleted."""
    operation, current = document.act.operation, facts.current
    if operation not in ({Operation.CREATE} if current is None else current.takes):
        named = {"status": facts.status}
        yield Found(f"{path(document)}/Operation", operation.value, named)


@BOOK.rule("F-HDR-3")
def formed_before_received(
    _document: Amendable, facts: AnyFacts, values: Mapping[str, Any]
) -> Iterator[Found]:
    """Nothing is formed after it was received, but for a minute of clocks (S216-13c)."""
    limit = timedelta(seconds=values["limit"])
    if facts.formed_at - facts.received_at > limit:
        named = {"received": shown(facts.received_at), "limit": str(values["limit"])}
        yield Found(facts.place("FormedAt"), shown(facts.header.formed_at), named)


@BOOK.rule("F-HDR-4")
def received_within_the_hour(
    _document: Amendable, facts: AnyFacts, values: Mapping[str, Any]
) -> Iterator[Found]:
    """A record comes within an hour of its forming; exactly the hour is in time (S216-18.3)."""
    if facts.late:
        seconds = f"{facts.delay.total_seconds():.3f}"
        named = {"seconds": seconds, "limit": str(values["limit"])}
        yield Found(facts.place("FormedAt"), shown(facts.header.formed_at), named)


@BOOK.rule("F-HDR-5")
def conditions_are_those_of_the_announcement(
    document: Amendable, facts: AnyFacts
) -> Iterator[Found]:
    """A purchase keeps the conditions of its announcement (S216-11c)."""
    current = facts.current
    allowed = facts.sender.conditions if current is None else (current.conditions_version,)
    yield from other_conditions(document, tuple(allowed))


@BOOK.rule("F-HDR-6")
def access_has_begun(_document: Amendable, facts: AnyFacts) -> Iterator[Found]:
    """Nothing is formed or comes before the date of access in the act (S216-10)."""
    moments = (facts.formed_at, facts.first_received_at, facts.received_at)
    early = facts.sender.too_early(facts.environment, *moments)
    if early is not None:
        yield Found("/Package/SezCode", facts.sez_code, before_access(facts.sender, early))


def before_access(sender: SendingSystem, early: datetime) -> Mapping[str, str]:
    """What fills the wording of F-HDR-6: the date of access, and the moment before it."""
    begins = sender.access_date
    told = "—" if begins is None else shown(begins)
    return {"access_date": told, "moment": shown(to_astana(early))}


@BOOK.rule("F-HDR-7")
def record_says_what_was_signed(document: Amendable, facts: AnyFacts) -> Iterator[Found]:
    """The signed act and the record, the package and the Registry say the same."""
    act, header = document.act, facts.header
    for name, signed, said in (
        ("Environment", act.environment, facts.environment),
        ("SezCode", act.sez_code, facts.sez_code),
        ("ObjectType", act.object_type, header.object_type),
        ("ObjectId", act.object_id, header.object_id),
        ("Version", act.version, header.version),
    ):
        if signed != said:
            yield Found(f"{path(document)}/{name}", str(signed), {"record": str(said)})


@BOOK.rule("F-HDR-7")
def registry_id_is_the_one_given(_document: Amendable, facts: AnyFacts) -> Iterator[Found]:
    """Whoever repeats the Registry's identifier repeats it rightly (S216-A2.2.6)."""
    given, current = facts.header.registry_id, facts.current
    if given is not None and (current is None or given != current.registry_id):
        named = {"record": "—" if current is None else str(current.registry_id)}
        yield Found(facts.place("RegistryId"), str(given), named)
