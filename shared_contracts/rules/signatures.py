"""Rules for the signatures of a document that each named person signs once (S216-3, S216-9.2-4)."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from shared_contracts.faults import Breach


def not_by_each(
    root: str, expected: Collection[str], signed: Sequence[str | None]
) -> Iterator[Breach]:
    """Who of the ``expected`` has not signed a document, and who signed it twice, by IIN.

    Whoever signed and is not expected is judged by the right to sign (C-07).
    """
    counted = Counter(signed)
    for iin in dict.fromkeys(expected):
        if not counted[iin]:
            yield Breach("C-12", f"/{root}/Signature", iin)
    for number, signer in enumerate(signed, 1):
        if signer is not None and signer in signed[: number - 1]:
            yield Breach("C-13", f"/{root}/Signature[{number}]", signer)
