"""Writes down what became of each test that cites a clause, for the table of clauses."""

from collections.abc import Generator
from pathlib import Path

import pytest

from shared_contracts.law.outcomes import RunOutcome, source_digest, write_outcomes

_MARK = "clauses"


class Recorder:
    """Counts by test how its runs ended; with many workers, in the process that leads them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: dict[str, RunOutcome] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take one phase of one run of a test."""
        ended = report.when == "call" or report.outcome != "passed"
        if ended and (_MARK, True) in report.user_properties:
            test = report.nodeid.partition("[")[0]
            self.found[test] = _counted(self.found.get(test) or self._new(test), report)

    def pytest_sessionfinish(self) -> None:
        """Keep what was found."""
        if self.found:
            write_outcomes(self.folder, self.found)

    def _new(self, test: str) -> RunOutcome:
        return RunOutcome(source=source_digest(self.folder, test))


def pytest_configure(config: pytest.Config) -> None:
    """Record in the process that hears of all tests, which is not a worker."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(config.rootpath), "outcomes by clause")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell of a report whether its test cites a clause: the mark does not travel by itself."""
    report = yield
    if item.get_closest_marker("clause") is not None:
        report.user_properties.append((_MARK, True))
    return report


def _counted(before: RunOutcome, report: pytest.TestReport) -> RunOutcome:
    reason = before.reason
    if report.outcome == "skipped" and isinstance(report.longrepr, tuple):
        reason = str(report.longrepr[2])
    return RunOutcome(
        source=before.source,
        passed=before.passed + (report.outcome == "passed"),
        failed=before.failed + (report.outcome == "failed"),
        skipped=before.skipped + (report.outcome == "skipped"),
        reason=reason,
    )
