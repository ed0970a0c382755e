"""The rate and latency that the analysis of load asks about (S95-13.4, S95-13.5)."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from shared_contracts.conformance.case import Deviation
from shared_contracts.conformance.registry_cases.book import BOOK
from shared_contracts.conformance.registry_cases.changing import announced
from shared_contracts.conformance.registry_exam import RegistryExam
from shared_contracts.messages.receipt import Receipt, Result


@BOOK.case("L-RATE")
def rate(exam: RegistryExam) -> None:
    """Packages of one record by several senders: rate, latency, share of late answers."""
    bounds = exam.load
    bodies = [exam.sealed(exam.package(announced(exam))) for _ in range(bounds.packages)]
    numbers, guard, end = count(), threading.Lock(), time.monotonic() + bounds.seconds

    def send() -> list[float]:
        taken = []
        while time.monotonic() < end:
            with guard:
                number = next(numbers)
            if number >= len(bodies):
                break
            seen = exam.post("TransferRecords", bodies[number])
            if exam.read(seen, Receipt).result is not Result.ACCEPTED:
                raise Deviation("every package ACCEPTED", "one is REFUSED")
            taken.append(seen.seconds)
        return taken

    began = time.monotonic()
    with ThreadPoolExecutor(bounds.senders) as pool:
        parts = [one.result() for one in [pool.submit(send) for _ in range(bounds.senders)]]
    _judge(exam, sorted(second for part in parts for second in part), time.monotonic() - began)


def _judge(exam: RegistryExam, seconds: Sequence[float], lasted: float) -> None:
    if not seconds:
        raise Deviation("at least one answer", "none")
    late = sum(one > exam.load.late_seconds for one in seconds) / len(seconds)
    exam.notebook.figures |= {
        "packages": len(seconds),
        "packages_per_second": round(len(seconds) / lasted, 1),
        "median_seconds": round(seconds[len(seconds) // 2], 4),
        "p95_seconds": round(seconds[int(len(seconds) * 0.95)], 4),
        "longest_seconds": round(seconds[-1], 4),
        "late_share": round(late, 4),
    }
    most, after = exam.load.most_late, exam.load.late_seconds
    if late > most:
        raise Deviation(f"at most {most:.0%} later than {after:g} s", f"{late:.0%}")
