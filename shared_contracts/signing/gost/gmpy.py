"""GOST 34.10-2015 with the numbers of gmpy2; Streebog stays in Python."""

from typing import cast

import gmpy2  # type: ignore[import-untyped]  # it has no stubs

from shared_contracts.signing.gost.backend import Backend
from shared_contracts.signing.gost.curves import CURVES
from shared_contracts.signing.gost.groups import exact
from shared_contracts.signing.gost.pure import digest
from shared_contracts.signing.gost.signature import Arithmetic


def _number(value: int) -> int:
    return cast("int", gmpy2.mpz(value))


def backend() -> Backend:
    """Numbers of the GNU library: divisions are so fast there that nothing is folded."""
    groups = {bits: exact(curve, _number) for bits, curve in CURVES.items()}
    arithmetic = Arithmetic(groups, _number)
    return Backend("gmpy2", digest, arithmetic.verify, arithmetic.sign)
