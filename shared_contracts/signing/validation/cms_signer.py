"""Which of the certificates that a CMS message brings is that of its signer (RFC 5652, 5.3)."""

from collections.abc import Iterable

from asn1crypto import cms, x509


def certificate_of_signer(
    signer: cms.SignerInfo, certificates: Iterable[x509.Certificate]
) -> x509.Certificate | None:
    """The certificate that the signer names by its key's identifier, or by issuer and number."""
    sid = signer["sid"].chosen
    by_key = signer["sid"].name == "subject_key_identifier"
    for one in certificates:
        if by_key:
            found = one.key_identifier == sid.native
        else:
            named = sid["issuer"] == one.issuer
            found = named and sid["serial_number"].native == one.serial_number
        if found:
            return one
    return None
