"""What state rules found, with what every record is asked beside."""

from dataclasses import replace

from registry.records.rules.facts import Facts, RecordFacts
from shared_contracts.faults import Breach
from shared_contracts.rules.generic import examine_values


def of_record(facts: Facts[RecordFacts, RecordFacts], found: list[Breach]) -> list[Breach]:
    """Breaches of generic rules by the record's header, then those ``found`` by the kind's rules.

    The record's number is written on each breach.
    """
    header = examine_values(facts.header, facts.received_at, facts.place("").strip("/"))
    return [replace(breach, record=facts.number) for breach in (*header, *found)]
