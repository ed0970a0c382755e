"""How the services of the test authority may behave."""

from enum import StrEnum


class ServiceBehaviour(StrEnum):
    """How a service of the authority behaves; all but ANSWERING are for tests.

    Only GOST: BY_AUTHORITY has OCSP signed by the authority itself instead of its responder;
    BEHIND is a full CRL that is valid and knows nothing of what its delta says.
    """

    ANSWERING = "ANSWERING"
    SILENT = "SILENT"
    TRY_LATER = "TRY_LATER"
    UNKNOWN = "UNKNOWN"
    OUTDATED = "OUTDATED"
    BY_AUTHORITY = "BY_AUTHORITY"
    BEHIND = "BEHIND"
