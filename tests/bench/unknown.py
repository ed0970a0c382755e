"""Signers of whom nothing is kept: what they cost, and what they cost others while nobody answers.

The authority answers from a process of its own, as it does in life. Each signer has a certificate
of his own, so nothing that was kept of another helps.
"""

import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from statistics import quantiles
from uuid import UUID

from asn1crypto import x509
from asn1crypto.core import OctetBitString
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from deploy.authority import serve
from deploy.authority.files import write_chain
from registry.purchases import listing
from shared_contracts.astana_time import now
from shared_contracts.signing.sign import FileSigner
from shared_contracts.soap.exchange import Handle
from tests.bench.grounds import Grounds
from tests.bench.intake import endpoint, new_sender
from tests.bench.measure import Outcome, figure, paired, timed
from tests.bench.sender import CONTENT_TYPE, KINDS, Sender, enclosed, purchase

RECORDS = 10
SERIALS = count(1 << 64)
TIMEOUT = 60.0
"""Seconds for which a package comes again."""
DEPTH = 100_000
"""Purchases before the deep page."""


def measure(grounds: Grounds, runs: int, size: int) -> Outcome:
    """Packages of ten unknown signers beside known ones: time of one, and packages a second."""
    people = People(grounds)
    sender = new_sender(grounds)
    with apart(grounds):
        registry = grounds.registry("unknown_signers")
        handle = endpoint(registry)
        answered(handle, [people.message(sender), sender.message(RECORDS)])
        with ThreadPoolExecutor(registry.settings.threads) as threads:
            alone, together = [], []
            for _ in range(runs):
                alone.append((one(handle, people.message(sender)), one(handle, sender.message())))
                unknown = [people.message(sender) for _ in range(size)]
                known = [sender.message() for _ in range(size)]
                together.append((rate(threads, handle, unknown), rate(threads, handle, known)))
    return Outcome(
        (
            figure("unknown_10_ms_vs_known", "ms", alone),
            figure("unknown_10_rate_vs_known", "packages/s", together),
        ),
        (f"unknown signers: {RECORDS} in each package, each asked about once",),
    )


def measure_silence(grounds: Grounds, runs: int, size: int) -> Outcome:
    """p95 of known signers' packages beside unknown ones, the authority silent and answering."""
    people, sender = People(grounds), new_sender(grounds)
    with apart(grounds) as authority:
        registry = grounds.registry("silent_authority")
        handle = endpoint(registry)
        answered(handle, [sender.message(RECORDS)])
        taken, recovered = [], []
        with ThreadPoolExecutor(registry.settings.threads) as threads:
            for _ in range(runs):
                quiet = p95(threads, handle, [sender.message() for _ in range(size)], ())
                unknown = [people.message(sender, 1) for _ in range(size)]
                known = [sender.message() for _ in range(size)]
                os.kill(authority, signal.SIGSTOP)
                try:
                    taken.append((p95(threads, handle, known, unknown), quiet))
                finally:
                    os.kill(authority, signal.SIGCONT)
                recovered.append(timed(partial(until_taken, handle, people.message(sender, 1))))
    note = f"after a silence an unknown signer is taken within {max(recovered):.1f} s"
    return Outcome((figure("known_p95_silent_vs_quiet", "ms", taken),), (note,))


def measure_depth(grounds: Grounds, runs: int, depth: int) -> Outcome:
    """A page of purchases far down the list beside the first."""
    log = grounds.log("depth")
    rows = (
        "INSERT INTO views.purchases SELECT lpad(to_hex(n), 32, '0')::uuid, 'SEZ01', "
        "gen_random_uuid(), 'C' || n, 'N', 'OT', '1', 1, now(), 'ANNOUNCED', 1, n "
        "FROM generate_series(1, %s) AS n"
    )
    with log.recorder.transaction() as cursor:
        cursor.execute(rows, (depth + 1000,))

    def page(after: UUID | None) -> float:
        def twenty() -> None:
            for _ in range(20):
                listing.purchases(log, {"sez": "SEZ01", "after": after})

        return timed(twenty) * 1000 / 20

    pairs = paired(lambda: page(UUID(int=depth)), lambda: page(None), runs + 1)[1:]
    return Outcome((figure("deep_page_vs_first", "ms", pairs),))


@dataclass(frozen=True)
class People:
    """Heads of the customer, each with a certificate that nobody has seen."""

    grounds: Grounds

    def message(self, sender: Sender, records: int = RECORDS) -> bytes:
        """A package of which every record has a signer of its own."""
        at, made = now(), []
        for number in range(records):
            by = replace(sender, person=self._signer())
            made.append(by.record(purchase(KINDS[number % len(KINDS)], at), at))
        return enclosed(sender.package(tuple(made)))

    def _signer(self) -> FileSigner:
        authority = self.grounds.pki.authority
        [head, issuing, *_] = self.grounds.pki.signer("customer1-head").certificates
        path = self.grounds.folder / "people.pem"
        write_chain(path, _with_serial(head, authority.folder, next(SERIALS)), issuing)
        return FileSigner(authority.key("customer1-head"), path)


def _with_serial(der: bytes, folder: Path, serial: int) -> bytes:
    """The certificate once more, under another number."""
    made = x509.Certificate.load(der).copy()
    made["tbs_certificate"]["serial_number"] = serial
    key = load_pem_private_key((folder / "issuing.key.pem").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    signed = key.sign(made["tbs_certificate"].dump(force=True), ec.ECDSA(SHA256()))
    made["signature_value"] = OctetBitString(signed)
    return bytes(made.dump(force=True))


@contextmanager
def apart(grounds: Grounds) -> Iterator[int]:
    """The authority answers from a process of its own; gives its id."""
    port = grounds.pki.server.port
    grounds.pki.stop()
    child = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(grounds.pki.authority.folder, port), daemon=True
    )
    child.start()
    try:
        _wait_for(port)
        yield child.pid or 0
    finally:
        child.terminate()
        child.join()
        grounds.pki.start()


def _wait_for(port: int) -> None:
    """Until somebody listens on a port of the loopback; OSError after half a minute."""
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _serve(folder: Path, port: int) -> None:
    serve(folder, port)
    signal.pause()


def one(handle: Handle, message: bytes) -> float:
    """Milliseconds of one package."""
    return timed(lambda: answered(handle, [message])) * 1000


def rate(threads: ThreadPoolExecutor, handle: Handle, messages: Sequence[bytes]) -> float:
    """Packages a second, as many at once as there are threads."""
    took = timed(lambda: list(threads.map(lambda each: answered(handle, [each]), messages)))
    return len(messages) / took


def p95(
    threads: ThreadPoolExecutor, handle: Handle, known: Sequence[bytes], unknown: Sequence[bytes]
) -> float:
    """p95 of known packages in milliseconds, from the moment they wait for a thread.

    Before each of them an unknown one is given to the same threads.
    """
    taken = []
    for number, message in enumerate(known):
        if unknown:
            threads.submit(handle, unknown[number % len(unknown)], CONTENT_TYPE)
        taken.append(timed(threads.submit(one, handle, message).result))
    return quantiles(taken, n=20)[-1] * 1000


def until_taken(handle: Handle, message: bytes) -> None:
    """Give a package again until it is accepted."""
    while b"<Result>ACCEPTED</Result>" not in handle(message, CONTENT_TYPE).body:
        time.sleep(0.05)


def answered(handle: Handle, messages: Sequence[bytes]) -> None:
    """Have packages accepted; one that is told to come again does, as from a sender."""
    for message in messages:
        deadline = time.monotonic() + TIMEOUT
        body = handle(message, CONTENT_TYPE).body
        while b"RetryAfterSeconds" in body and time.monotonic() < deadline:
            time.sleep(0.05)
            body = handle(message, CONTENT_TYPE).body
        assert b"<Result>ACCEPTED</Result>" in body, body[-2000:]
