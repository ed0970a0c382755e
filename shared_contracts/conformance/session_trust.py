"""Whether the certificate that signed a session is to be believed."""

from pathlib import Path
from ssl import PEM_cert_to_DER_cert

from shared_contracts.astana_time import now, shown
from shared_contracts.conformance.sealed_session import SealedSession
from shared_contracts.signing.subject import subject_of
from shared_contracts.signing.trust import CertificateChecker, load_profile
from shared_contracts.signing.validation.revocation import HttpFetch

_END = "-----END CERTIFICATE-----"


def judge(sealed: SealedSession, profile: Path | None, signer: Path | None) -> str | None:
    """Why the signer is not believed; None if it is, or if nothing says who may be.

    ``profile`` names authorities, ``signer`` the one certificate. The certificate has to be good
    now, because an authority tells no revocation of the past, and to have been so at the end of
    the session.
    """
    if signer is not None:
        first, end, _ = signer.read_text("ascii").partition(_END)
        if PEM_cert_to_DER_cert(first + end) != sealed.certificates[0]:
            return f"it is not that of {signer}"
    if profile is None:
        return None
    trusted = load_profile(profile)
    checker = CertificateChecker(trusted, HttpFetch(trusted.limits))
    report = checker.check(sealed.certificates, now())
    if not report.passed:
        return f"{report.indication} {report.sub_indication}: {report.detail}"
    if not checker.stood(sealed.certificates, ended := sealed.session.ended_at):
        return f"it was not in force at the end of the session, {shown(ended)}"
    return None


def signer_line(sealed: SealedSession) -> str:
    """Whom the signer's certificate names."""
    subject = subject_of(sealed.certificates[0])
    return f"{subject.organisation or ''} {subject.common_name or ''}, BIN {subject.bin}"
