"""Verdicts on signatures and certificates, in the words of ETSI EN 319 102-1."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared_contracts.errors import BadInput


class Indication(StrEnum):
    """Main verdict (EN 319 102-1, 5.1.3)."""

    TOTAL_PASSED = "TOTAL-PASSED"
    TOTAL_FAILED = "TOTAL-FAILED"
    INDETERMINATE = "INDETERMINATE"


class SubIndication(StrEnum):
    """Ground of a verdict other than passed (EN 319 102-1, tables 3 and 4)."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    REVOKED = "REVOKED"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    REVOKED_CA_NO_POE = "REVOKED_CA_NO_POE"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    TRY_LATER = "TRY_LATER"


class Reason(StrEnum):
    """Why a signature was refused; the Registry's catalogue gives each its words."""

    NO_SIGNATURE = "NO_SIGNATURE"
    TOO_MANY_SIGNATURES = "TOO_MANY_SIGNATURES"
    COVERAGE = "COVERAGE"
    PROFILE = "PROFILE"
    COMMENT = "COMMENT"
    DTD = "DTD"
    DUPLICATE_ID = "DUPLICATE_ID"
    ALGORITHM = "ALGORITHM"
    ALGORITHM_OBSOLETE = "ALGORITHM_OBSOLETE"
    KEY_TOO_SHORT = "KEY_TOO_SHORT"
    CERTIFICATE_MISSING = "CERTIFICATE_MISSING"
    CERTIFICATE_BROKEN = "CERTIFICATE_BROKEN"
    DIGEST = "DIGEST"
    VALUE = "VALUE"


_FAILED = Indication.TOTAL_FAILED
_OPEN = Indication.INDETERMINATE

VERDICTS: dict[Reason, tuple[Indication, SubIndication]] = {
    Reason.NO_SIGNATURE: (_FAILED, SubIndication.FORMAT_FAILURE),
    Reason.TOO_MANY_SIGNATURES: (_FAILED, SubIndication.FORMAT_FAILURE),
    Reason.COVERAGE: (_OPEN, SubIndication.SIG_CONSTRAINTS_FAILURE),
    Reason.PROFILE: (_FAILED, SubIndication.FORMAT_FAILURE),
    Reason.COMMENT: (_FAILED, SubIndication.FORMAT_FAILURE),
    Reason.DTD: (_FAILED, SubIndication.FORMAT_FAILURE),
    Reason.DUPLICATE_ID: (_OPEN, SubIndication.SIG_CONSTRAINTS_FAILURE),
    Reason.ALGORITHM: (_OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
    Reason.ALGORITHM_OBSOLETE: (_OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
    Reason.KEY_TOO_SHORT: (_OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
    Reason.CERTIFICATE_MISSING: (_OPEN, SubIndication.NO_SIGNING_CERTIFICATE_FOUND),
    Reason.CERTIFICATE_BROKEN: (_OPEN, SubIndication.NO_SIGNING_CERTIFICATE_FOUND),
    Reason.DIGEST: (_FAILED, SubIndication.HASH_FAILURE),
    Reason.VALUE: (_FAILED, SubIndication.SIG_CRYPTO_FAILURE),
}
"""The standard's verdict for each reason."""


class SignatureRefused(BadInput):
    """A signature does not stand: why, where, and the standard's verdict.

    ``path`` is written in local names (``/Package/Signature/SignedInfo``); ``detail`` is a short
    technical word for the signer's engineer.
    """

    def __init__(self, reason: Reason, path: str = "", detail: str = "") -> None:
        super().__init__(": ".join(part for part in (reason, path, detail) if part))
        self.reason = reason
        self.path = path
        self.detail = detail
        self.indication, self.sub_indication = VERDICTS[reason]


class SignatureForm(StrEnum):
    """How a signature is laid out."""

    XMLDSIG = "XMLDSIG"
    XADES_B = "XADES-B"
    XADES_T = "XADES-T"
    WSS = "WSS"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp as a signature carries it: DER of the token, and the octets it is over."""

    token: bytes
    over: bytes


@dataclass(frozen=True, slots=True)
class StampReport:
    """A time stamp that stands: when it was given, by whom, under which policy (OID)."""

    generated_at: datetime
    authority: str
    policy: str


class RevocationStatus(StrEnum):
    """What the authority says of a certificate."""

    GOOD = "GOOD"
    REVOKED = "REVOKED"
    UNKNOWN = "UNKNOWN"
    UNAVAILABLE = "UNAVAILABLE"


class RevocationSource(StrEnum):
    """Where a revocation status comes from."""

    OCSP = "OCSP"
    CRL = "CRL"


@dataclass(frozen=True, slots=True)
class Revocation:
    """The answer about one certificate, when it was had and when it was made.

    ``reason`` is that of RFC 5280, 5.3.1 (``key_compromise``), where the certificate is revoked;
    ``harmless`` says that it was revoked after a valid time stamp, for a benign reason.
    """

    status: RevocationStatus
    source: RevocationSource | None
    checked_at: datetime
    produced_at: datetime | None = None
    valid_until: datetime | None = None
    revoked_at: datetime | None = None
    detail: str = ""
    reason: str | None = None
    harmless: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a certificate names, read by OID and never by position (S216-A2.1.3)."""

    common_name: str | None
    iin: str | None
    bin: str | None
    organisation: str | None
    system_uid: str | None
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class VerdictEvidence:
    """What the verdict rests on, to be kept with the signed bytes: DER of all of it."""

    certificates: tuple[bytes, ...]
    ocsp: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    stamps: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateReport:
    """The verdict on a signer's certificate at a moment (S216-A2.1.3).

    ``serial`` is upper hex; ``chain`` holds the subjects' names from the leaf to the anchor;
    ``stamp`` is the time stamp that gave the moment of verification, if one did;
    ``stamp_refused`` says that there was one which is not believed, so that the certificate was
    not judged at all; ``reused`` says why an earlier verdict, that of ``validated_at``, is used
    again.
    """

    indication: Indication
    sub_indication: SubIndication | None
    detail: str
    subject: Subject
    serial: str
    not_after: datetime
    chain: tuple[str, ...]
    revocation: Revocation | None
    validated_at: datetime
    evidence: VerdictEvidence
    stamp: StampReport | None = None
    stamp_refused: bool = False
    reused: str = ""

    @property
    def moment(self) -> datetime:
        """The moment of verification: that of a valid time stamp, else that of checking."""
        return self.stamp.generated_at if self.stamp else self.validated_at

    @property
    def passed(self) -> bool:
        """Whether the certificate is admitted."""
        return self.indication is Indication.TOTAL_PASSED

    @property
    def try_later(self) -> bool:
        """Whether the question is open only for want of revocation data: ask again later."""
        return self.sub_indication is SubIndication.TRY_LATER
