"""By which rules authorities are asked: addresses, bounds, what an answer must be."""

from dataclasses import dataclass
from datetime import timedelta

LONGEST_FRESH = 1800
"""How old, in seconds, an OCSP answer that names no end may be at most."""
LONGEST_OLDEST = 10 * 24 * 3600
"""How old, in seconds, one that names an end of its own may be at most: ten days, for which public
authorities may let an answer stand."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the status of certificates of one issuer is asked for, in this order.

    Each of ``ocsp``, ``crl`` and ``delta`` names mirrors of one thing; where delta lists are
    named, a full list is believed only together with one.
    """

    ocsp: tuple[str, ...] = ()
    crl: tuple[str, ...] = ()
    delta: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """Bounds of asking: ``timeout`` in seconds, ``longest_answer`` in bytes.

    ``keep`` is how long a good answer may be used again at most, ``kept`` how many of them;
    ``clock_tolerance`` is how far the authority's clock may be ahead of ours. ``keep_list`` is how
    long a CRL may be used again at most, ``lists_kept`` how many of them.
    """

    timeout: float = 5.0
    longest_answer: int = 32 * 1024 * 1024
    keep: timedelta = timedelta(minutes=5)
    kept: int = 10_000
    clock_tolerance: timedelta = timedelta(seconds=60)
    keep_list: timedelta = timedelta(hours=1)
    lists_kept: int = 8


@dataclass(frozen=True, slots=True)
class OcspRules:
    """What an OCSP answer must be: with our nonce, or without any; how old without an end.

    ``oldest`` bounds those that name an end of their own, so that whoever replays an old answer
    has no longer time than this.
    """

    nonce_required: bool = False
    fresh: timedelta = timedelta(seconds=LONGEST_FRESH)
    oldest: timedelta = timedelta(seconds=LONGEST_OLDEST)


@dataclass(frozen=True, slots=True)
class StampRules:
    """What a time stamp must be: its policies (OID), and whether its authority is asked about."""

    policies: frozenset[str] = frozenset()
    revocation: bool = True
