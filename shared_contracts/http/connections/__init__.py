"""What a stranger's connection may cost: bytes, seconds, descriptors (S216-18.6, S216-19)."""

from typing import Final

CERTIFICATE: Final = "tls_certificate_sha256"
"""Key in a request's state: SHA-256 of the certificate which the other side showed in TLS."""
