"""Which CRLs speak of a certificate, by the scope that they name (RFC 5280, 5.2.5 and 6.3.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

_READ = {
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    ExtensionOID.CRL_NUMBER,
    ExtensionOID.ISSUING_DISTRIBUTION_POINT,
}


@dataclass(frozen=True)
class RevocationLists:
    """The lists that speak of a certificate, each with whether it has all reasons.

    ``ground`` is why others were left out, if there were any.
    """

    lists: Sequence[tuple[x509.CertificateRevocationList, bool]]
    ground: str = ""

    @classmethod
    def about(
        cls, certificate: x509.Certificate, lists: Iterable[x509.CertificateRevocationList]
    ) -> "RevocationLists":
        """Sort the lists of the issuer; a delta says nothing by itself."""
        taken, grounds = list[tuple[x509.CertificateRevocationList, bool]](), list[str]()
        for one in lists:
            try:
                point = _point(one)
                ground = _left_out(one, point, certificate)
            except ValueError:  # its extensions are none: another list may decide
                ground = "UNREADABLE"
            if ground:
                grounds.append(ground)
            else:
                taken.append((one, point is None or not point.only_some_reasons))
        return cls(taken, grounds[0] if grounds else "")


def _left_out(
    one: x509.CertificateRevocationList,
    point: x509.IssuingDistributionPoint | None,
    certificate: x509.Certificate,
) -> str:
    """Why a list is not read for this certificate; nothing if it is."""
    if any(each.oid == ExtensionOID.DELTA_CRL_INDICATOR for each in one.extensions):
        return "CRL_DELTA"
    if any(each.critical and each.oid not in _READ for each in one.extensions):
        return "CRL_EXTENSION"
    if point is None:
        return ""
    if point.indirect_crl:
        return "CRL_INDIRECT"
    return "" if _in_scope(point, certificate) else "CRL_SCOPE"


def _point(one: x509.CertificateRevocationList) -> x509.IssuingDistributionPoint | None:
    try:
        return one.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return None


def _in_scope(point: x509.IssuingDistributionPoint, certificate: x509.Certificate) -> bool:
    is_authority = _is_authority(certificate)
    if point.only_contains_attribute_certs:
        return False
    if (point.only_contains_user_certs and is_authority) or (
        point.only_contains_ca_certs and not is_authority
    ):
        return False
    if point.relative_name is not None:
        return False  # which name it makes depends on the certificate's own; nobody here uses it
    return point.full_name is None or bool(set(point.full_name) & _named(certificate))


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _named(certificate: x509.Certificate) -> set[x509.GeneralName]:
    """Where the certificate says that its lists are."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return set()
    return {name for one in points for name in one.full_name or ()}
