"""What can be asked of whoever computes GOST."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shared_contracts.signing.gost.keys import GostPrivateKey, GostPublicKey


@dataclass(frozen=True, slots=True)
class Backend:
    """One way to compute: Streebog of some bits, verifying and signing of a digest.

    ``verify`` takes r and then s, each lowest octet first, and refuses values of any other length
    or out of range. ``sign`` is for test keys only: nobody promises that its time does not depend
    on the key.
    """

    name: str
    digest: Callable[[int, Iterable[bytes | memoryview]], bytes]
    verify: Callable[[GostPublicKey, bytes, bytes], bool]
    sign: Callable[[GostPrivateKey, bytes], bytes]
