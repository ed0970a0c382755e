"""What the SEZ does by itself, and how often."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from sez.synchronisation.delivery_problem import DeliveryProblem
from sez.synchronisation.sender import Sender
from sez.time_sync.drift import ClockOff
from shared_contracts.process import own_certificate
from shared_contracts.process.duties import Duty, Watch, every
from shared_contracts.process.writer_guard import Guard

HOUR = 3600.0
"""Seconds between checkpoints, and between two comparisons of the classifiers."""

COMPARE = 600.0
"""Seconds between two comparisons of clocks."""

ASK = 1800.0
"""Seconds between two rounds of questions for changes."""

ASK_FIRST = 1.0
"""Seconds between two looks for versions of which the Registry is asked before they are sent."""


WATCH = 60.0
"""Seconds between two looks whether the Registry's log is to be proven anew."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared with the Registry's from time to time."""

    clocks: Callable[[], object]
    classifiers: Callable[[], object]
    objects: Callable[[], object]
    first_questions: Callable[[], object]
    registry_log: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Hourly:
    """What is written each hour, and once more before the end, in this order; what is removed."""

    refused_tokens: Callable[[], object]
    checkpoint: Callable[[], object]
    uploads: Callable[[], object]


def watch_over(
    guard: Guard,
    sender: Sender,
    senders: int,
    compared: Compared,
    hourly: Hourly,
) -> Watch:
    """What the SEZ does by itself; what is written hourly is also written before the end."""

    def send(stop: threading.Event) -> None:
        sender.run(stop, senders)

    duties = (
        guard.duty(),
        Duty("sending", send, longest=10.0),
        # The Registry may be away, and work goes on here.
        every("comparison of clocks", COMPARE, compared.clocks, vital=False),
        every("comparison of classifiers", HOUR, compared.classifiers, vital=False),
        every("questions for changes", ASK, compared.objects, vital=False),
        every("questions before versions", ASK_FIRST, compared.first_questions, vital=False),
        every("watch over the Registry's log", WATCH, compared.registry_log, vital=False),
        own_certificate.duty(sender.packer.signer),
        every("removal of uploaded files", HOUR, hourly.uploads, vital=False),
        every("refused tokens", HOUR, hourly.refused_tokens, at_end=True),
        every("checkpoint", HOUR, hourly.checkpoint, at_end=True),
    )
    return Watch("sez", duties)


def compare_at_once(compare: Callable[[], None]) -> None:
    """Compare because the clock was moved; ``ClockOff`` while nobody can be asked."""
    try:
        compare()
    except DeliveryProblem as silent:
        raise ClockOff(
            f"the clock was moved and cannot be compared with the Registry's now ({silent}): "
            "nothing is stamped until it was"
        ) from silent
