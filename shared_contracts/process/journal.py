"""The journal of a process: a line for each thing that happened, on standard error (S216-18.7)."""

import logging
import sys
import threading
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from shared_contracts.astana_time import now

OURS = ("registry", "sez", "shared_contracts", "deploy")
"""Packages that are heard from INFO on; all others from WARNING on."""


def set_up() -> None:
    """Have everything that is logged written as lines: moment, level, what, and its values.

    Values are written with their quotes and escapes, so that nothing a stranger sends can begin a
    line of its own; tracebacks are plain.
    """
    renderer = structlog.dev.ConsoleRenderer(
        colors=False,
        pad_event_to=0,
        repr_native_str=True,
        exception_formatter=structlog.dev.plain_traceback,
    )
    first = [structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level, _stamped]
    structlog.configure(
        processors=[*first, structlog.processors.StackInfoRenderer(), renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=first,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for package in OURS:
        logging.getLogger(package).setLevel(logging.INFO)
    threading.excepthook = _thread_ended


def _stamped(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The moment in Astana time; and whatever the text holds, it stays one line."""
    told = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in str(event["event"]))
    return {"timestamp": now().isoformat(timespec="milliseconds"), **event, "event": told}


def _thread_ended(args: Any) -> None:  # noqa: ANN401  # what threading gives
    """A thread that nobody watches ended by an error: at least it is written down."""
    name = args.thread.name if args.thread else ""
    log = structlog.get_logger(__name__)
    log.critical("a thread ended", thread=name, exc_info=args.exc_value)
