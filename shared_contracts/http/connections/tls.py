"""TLS of a server and of a caller: keys, and whose certificates are believed (S216-19)."""

import ssl
from functools import cache
from pathlib import Path


def tls_context(
    key: Path | None, certificate: Path | None, client_ca: Path | None = None
) -> ssl.SSLContext | None:
    """The context for a key and certificate chain, None without them; TLS 1.2 and 1.3.

    With ``client_ca``, PEM certificates of authorities or of clients themselves, a client may
    show a certificate; one that these do not vouch for ends the handshake, and none is no hindrance
    here: the register says who must show one. ``ValueError`` says what is wrong with a file.
    """
    if key is None and certificate is None and client_ca is None:
        return None
    if key is None or certificate is None:
        raise ValueError("TLS needs both a key and a certificate: set TLS_KEY and TLS_CERTIFICATE")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for path in filter(None, (key, certificate, client_ca)):
        _check_readable(path)
    _load(context, certificate, key)
    if client_ca is not None:
        _believe(context, client_ca)
        context.verify_mode = ssl.CERT_OPTIONAL
    return context


def client_context(
    authority: Path | None, certificate: Path | None = None, key: Path | None = None
) -> ssl.SSLContext:
    """The context of a caller: whom to trust (else the machine's own list), and what to show.

    ``ValueError`` says what is wrong with a file. Callers without a file share one context: the
    machine's list is read once, which takes longest of all.
    """
    if authority is None and certificate is None and key is None:
        return _of_machine()
    for path in filter(None, (authority, certificate, key)):
        _check_readable(path)
    try:
        context = ssl.create_default_context(cafile=authority)
    except ssl.SSLError as problem:
        raise ValueError(f"TLS file {authority} holds no PEM certificates") from problem
    if certificate is not None:
        _load(context, certificate, key)
    elif key is not None:
        raise ValueError("a client key needs its certificate: set CLIENT_CERTIFICATE too")
    return context


@cache
def _of_machine() -> ssl.SSLContext:
    return ssl.create_default_context()


def local_context(address: str, certificate: Path | None) -> ssl.SSLContext | None:
    """The context of a command that asks the system of its own machine, None without HTTPS.

    The certificate that the system serves with is believed whoever issued it, and so are those of
    the machine's own list. ``ValueError`` says what is wrong with the file.
    """
    if not address.startswith("https:"):
        return None
    context = ssl.create_default_context()
    if certificate is not None:
        _check_readable(certificate)
        _believe(context, certificate)
    return context


def _load(context: ssl.SSLContext, certificate: Path, key: Path | None) -> None:
    try:
        context.load_cert_chain(certificate, key, password="")  # else OpenSSL asks a terminal
    except ssl.SSLError as problem:
        raise ValueError(
            f"TLS certificate {certificate} and key {key} cannot be used together: {problem.reason}"
        ) from problem


def _check_readable(path: Path) -> None:
    try:
        path.read_bytes()
    except OSError as problem:
        raise ValueError(f"TLS file {path} cannot be read: {problem.strerror}") from problem


def _believe(context: ssl.SSLContext, path: Path) -> None:
    """A certificate that is in the file is believed whoever issued it."""
    try:
        context.load_verify_locations(path)
    except ssl.SSLError as problem:
        raise ValueError(f"TLS file {path} holds no PEM certificates") from problem
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
