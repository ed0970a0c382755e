"""What the intake counts for those who watch it: once per message, never per record (S216-18.7)."""

from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram

from shared_contracts.faults import Breach, Fault
from shared_contracts.messages.package import VoidSequence
from shared_contracts.messages.receipt import Receipt, Result

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Bounds of the histogram of intake, in seconds."""


class IntakeFigures:
    """Counters of the intake, since the process began, in a collector that others may add to."""

    def __init__(self) -> None:
        self.collector = collector = CollectorRegistry()
        given = ["result", "stage"]
        self._packages = Counter(
            "registry_packages_total",
            "Packages answered by a receipt, by its result and the stage they reached",
            given,
            registry=collector,
        )
        self._voids = Counter(
            "registry_void_statements_total",
            "Statements that a number was never sent, by the result and stage of their receipt",
            given,
            registry=collector,
        )
        self._records = Counter(
            "registry_records_total",
            "Records of accepted packages, by whether they came late",
            ["late"],
            registry=collector,
        )
        self._findings = Counter(
            "registry_findings_total", "Findings in receipts, by rule", ["rule"], registry=collector
        )
        self._repeats = Counter(
            "registry_repeated_messages_total",
            "Messages that had their receipt before and were given the same again",
            registry=collector,
        )
        self._faults = Counter(
            "registry_faults_total", "SOAP faults answered, by code", ["code"], registry=collector
        )
        self._intake = Histogram(
            "registry_intake_seconds",
            "From a package in memory to its receipt or fault, after the commit",
            registry=collector,
            buckets=SECONDS,
        )
        self._under_way: list[None] = []  # list operations are atomic: no lock

    @contextmanager
    def under_way(self) -> Iterator[int]:
        """A package is under way; gives how many others are."""
        others = len(self._under_way)
        self._under_way.append(None)
        try:
            yield others
        finally:
            self._under_way.pop()

    def answered(self, root: str, receipt: Receipt, breaches: Sequence[Breach]) -> None:
        """A receipt was issued for a message with this root; ``breaches`` is all that was found."""
        counter = self._voids if root == VoidSequence.__name__ else self._packages
        counter.labels(receipt.result.value, receipt.stage.value).inc()
        for rule, times in Tally(breach.rule for breach in breaches).items():
            self._findings.labels(rule).inc(times)
        if receipt.result is Result.ACCEPTED and receipt.records:
            late = sum(record.late for record in receipt.records)
            self._records.labels("true").inc(late)
            self._records.labels("false").inc(len(receipt.records) - late)

    def repeated(self) -> None:
        """A message came again, and was given the receipt that it has."""
        self._repeats.inc()

    def fault(self, fault: Fault) -> None:
        """A message was answered by a fault."""
        self._faults.labels(fault.value).inc()

    @contextmanager
    def intake(self, began: float | None = None) -> Iterator[None]:
        """Time the intake of a package, from ``began`` (``perf_counter``) or from now."""
        start = perf_counter() if began is None else began
        try:
            yield
        finally:
            self._intake.observe(perf_counter() - start)
