"""What a back end has to answer rightly before it is used: a digest and a signature per length."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared_contracts.signing.gost.backend import Backend
from shared_contracts.signing.gost.keys import GostPublicKey

MESSAGE = b"012345678901234567890123456789012345678901234567890123456789012"
"""The first example of RFC 6986, 10.1."""


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """A right answer: the digest of the message (RFC 6986, 10.1), and a signature of it."""

    bits: int
    digest: bytes
    point: bytes
    value: bytes

    @property
    def key(self) -> GostPublicKey:
        """The key that signed."""
        half = len(self.point) // 2
        x, y = self.point[:half], self.point[half:]
        return GostPublicKey(self.bits, int.from_bytes(x, "little"), int.from_bytes(y, "little"))


KNOWN = (
    KnownAnswer(
        bits=512,
        digest=bytes.fromhex(
            "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
            "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48"
        ),
        point=bytes.fromhex(
            "3bbfabd3faf553ec42ca358158d56c8a1d541d6d29c5288a70728c2f5543abd1"
            "5990e58129dad96203651e550f4015d75d288b2581183359d8c55b9c6922548a"
            "482f42af8dbe3e21b1a378b95a315b9027da27799e75c79e28e8aee7c06bcbdb"
            "2f96a9b2a3738de6da3f0ee1cded598300603b9f89dc3e6bf195a6f940dcc3d8"
        ),
        value=bytes.fromhex(
            "ac8d17daad5ee8e68e5bd52df570915f21708c78ea7a7711cd017ce4144151fd"
            "37237a286f8ff53b7409fca292c3594aa7701a423b5a29221e34c1b506af35b0"
            "32f7e9dc98fcc511b10a95998392afb0e46d5e458a1e2da1a711ba324963f010"
            "67eb1cabc941f1cc4db2f1bb4d0267e09fa01a00da506e9f6332c79e0d03048f"
        ),
    ),
    KnownAnswer(
        bits=256,
        digest=bytes.fromhex("9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500"),
        point=bytes.fromhex(
            "16fd0069d44b2d720b8d47dadfda86e6eb1e02a5693a973a645330ae42133755"
            "52d838fc2a6f46b407d3d0a04cf4c63fae6a4a9d9021252a8e092c1f476a1592"
        ),
        value=bytes.fromhex(
            "8774d31c4168794c4d162de7cb515ba50e7cb3d518f1484da48e46cb3ac6d438"
            "67a83c80097241115b002d4a17fe099986c7d1968bcfc79001d8077d6e06ba06"
        ),
    ),
)
"""The signatures were computed by two implementations, with keys that serve nothing else."""


def failures(backend: Backend) -> tuple[str, ...]:
    """The questions which the back end answers wrongly; none means that it may be used."""
    return tuple(_wrong(backend))


def _wrong(backend: Backend) -> Iterator[str]:
    for known in KNOWN:
        if backend.digest(known.bits, [MESSAGE[:7], MESSAGE[7:]]) != known.digest:
            yield f"digest of {known.bits} bits"
        if not backend.verify(known.key, known.digest, known.value):
            yield f"a good signature of {known.bits} bits"
        other = bytes([known.digest[0] ^ 1]) + known.digest[1:]
        if backend.verify(known.key, other, known.value):
            yield f"a bad signature of {known.bits} bits"
