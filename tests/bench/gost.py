"""(f) GOST of 512 bits: verifying and Streebog by each back end, against gostcrypto, one core."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

from gostcrypto import gosthash, gostsignature  # type: ignore[import-untyped]  # it has no stubs

from shared_contracts.signing.gost import backends
from shared_contracts.signing.gost.backend import Backend
from shared_contracts.signing.gost.keys import generate
from shared_contracts.signing.gost.pure import PURE
from tests.bench.measure import Figure, Outcome, cpu_rate, figure, paired, timed

BITS = 512
CURVE = "id-tc26-gost-3410-12-512-paramSetA"
HASHED = 20_000
"""Octets that are hashed at a time."""

Work = Callable[[], object]


def measure(runs: int, seconds: float) -> Outcome:
    """How often each back end present verifies and hashes while gostcrypto does so once."""
    verifying, hashing = _verifying(), _hashing()
    figures, notes = [], []
    for backend, name in _backends():
        if backend is None:
            notes.append(f"GOST by {name}")
            continue
        verified = _against(f"verify_gost_{name}", (_verify(backend), verifying), runs, seconds)
        hashed = _against(f"streebog_{name}", (_hash(backend), hashing), runs, seconds)
        figures += [verified, hashed]
        notes.append(_note(name, verified, hashed))
    first = 1000 * median(timed(_verify(PURE)) for _ in range(runs))
    notes.append(f"GOST by pure, the first signature of a key: {first:.1f} ms")
    return Outcome(tuple(figures), tuple(notes))


def _note(name: str, verified: Figure, hashed: Figure) -> str:
    ours, theirs = 1000 / verified.ours, 1000 / verified.baseline
    return (
        f"GOST by {name}: {ours:.2f} ms a verification, Streebog {hashed.ours:.0f} KB/s; "
        f"gostcrypto {theirs:.0f} ms, {hashed.baseline:.0f} KB/s"
    )


def _backends() -> Iterator[tuple[Backend | None, str]]:
    for name in reversed(backends.NAMES):
        try:
            yield backends.available(name), name
        except backends.BackendUnavailable as absent:
            yield None, str(absent)


def _against(name: str, works: tuple[Work, Work], runs: int, seconds: float) -> Figure:
    ours, baseline = works
    assert ours()
    verifies = name.startswith("verify")
    size = 1 if verifies else HASHED / 1000

    def rate(work: Work) -> float:
        return size * cpu_rate(work, seconds)

    pairs = paired(lambda: rate(ours), lambda: rate(baseline), runs)
    return figure(name, "verifications/s" if verifies else "KB/s", pairs)


def _verify(backend: Backend) -> Work:
    private = generate(BITS)
    digest = PURE.digest(BITS, [b"data"])
    return partial(backend.verify, private.public_key(), digest, PURE.sign(private, digest))


def _verifying() -> Work:
    """The same by gostcrypto, which has digest, r and s the other way round."""
    private = generate(BITS)
    key, digest = private.public_key(), PURE.digest(BITS, [b"data"])
    value, half = PURE.sign(private, digest), BITS // 8
    theirs = gostsignature.new(
        gostsignature.MODE_512, gostsignature.CURVES_R_1323565_1_024_2019[CURVE]
    )
    public = bytearray(key.x.to_bytes(half) + key.y.to_bytes(half))
    signature = bytearray(value[:half][::-1] + value[half:][::-1])
    assert theirs.verify(public, bytearray(digest[::-1]), signature)
    return partial(theirs.verify, public, bytearray(digest[::-1]), signature)


def _hash(backend: Backend) -> Work:
    return partial(backend.digest, BITS, [os.urandom(HASHED)])


def _hashing() -> Work:
    data = bytearray(os.urandom(HASHED))
    return lambda: gosthash.new("streebog512", data=data).digest()
