"""Scheme 7, the loading of new programmes, in the order of its steps (S216-A2.7)."""

from dataclasses import replace

from registry.intake.context import IntakeContext
from registry.intake.scheme_1 import transfer
from registry.intake.steps import Received

LOAD = "LoadProgramme"


def load(context: IntakeContext, received: Received) -> bytes:
    """Take new programmes through the steps of scheme 7; gives the signed receipt (S216-A2.7.1-7).

    1. The package was received; 2. integrity; 3. certificates; 4. control; 5. the programmes are
    recorded, or, 7, refused whole; 6. the answer is the signed receipt. The steps are those of
    scheme 1. What is no programme is refused by F-HDR-11, one that is not new by F-PRG-7.
    """
    return transfer(context, replace(received, operation=LOAD))
