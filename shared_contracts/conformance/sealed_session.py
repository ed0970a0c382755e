"""A session signed by the kit's key: a JWS (RFC 7515) that holds the very bytes of its JSON."""

import json
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared_contracts.conformance.session import SessionReport, read_session
from shared_contracts.errors import BadInput
from shared_contracts.signing.algorithms import ECDSA_P256_SHA256, RSA_SHA256
from shared_contracts.signing.certificates import load_signing_certificate
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.signers import Signer

ALGORITHMS = {"ES256": ECDSA_P256_SHA256, "RS256": RSA_SHA256}
"""The signatures that a session may bear (RFC 7518, 3.1)."""

TYPE = "tru-conformance-session+json"
"""What the header says that the content is."""

_MOST_CERTIFICATES = 8


class BrokenSeal(BadInput):
    """A session file that its signer did not sign so, or that is none."""


@dataclass(frozen=True, slots=True)
class SealedSession:
    """A session whose signature holds, and the certificates (DER, leaf first) of who signed it."""

    session: SessionReport
    content: bytes
    certificates: tuple[bytes, ...]


def seal(content: bytes, signer: Signer) -> bytes:
    """The file that holds a session's JSON with the signature of the kit.

    ``BadInput`` where the key is neither P-256 nor RSA: JWS has no name for GOST signatures.
    """
    names = {suite.name: name for name, suite in ALGORITHMS.items()}
    name = names.get(signer.suite.name)
    if name is None or signer.suite.sign is None:
        raise BadInput(f"a session is signed with a key for {' or '.join(ALGORITHMS)}")
    chain = [b64encode(one).decode() for one in signer.certificates]
    head = _url(json.dumps({"alg": name, "typ": TYPE, "x5c": chain}).encode())
    payload = _url(content)
    value = signer.suite.sign(signer.private_key, f"{head}.{payload}".encode())
    sealed = {"payload": payload, "protected": head, "signature": _url(value)}
    return json.dumps(sealed, indent=1).encode() + b"\n"


def unseal(data: bytes) -> SealedSession:
    """The session in a signed file; ``BrokenSeal`` says why it is not believed."""
    fields = _fields(data)
    head = _head(fields["protected"])
    chain = _chain(head["x5c"])
    suite = ALGORITHMS[head["alg"]]
    try:
        certificate = load_signing_certificate(chain[0])
    except SignatureRefused as refused:
        raise BrokenSeal(f"the certificate cannot be used: {refused}") from refused
    text = f"{fields['protected']}.{fields['payload']}".encode()
    if certificate.suite.name != suite.name or not suite.verify(
        certificate.key, text, _bytes(fields["signature"])
    ):
        raise BrokenSeal("the signature does not hold: the file was changed after it was signed")
    content = _bytes(fields["payload"])
    try:
        return SealedSession(read_session(content), content, chain)
    except ValueError as flaw:
        raise BrokenSeal(f"what is signed is no session: {flaw}") from flaw


def _head(protected: str) -> Mapping[str, Any]:
    """The protected header; another field, as ``crit``, would say what is not understood here."""
    head = _json(_bytes(protected))
    if not isinstance(head, dict) or set(head) != {"alg", "typ", "x5c"}:
        raise BrokenSeal("the header has the fields alg, typ and x5c, and no other")
    if head["typ"] != TYPE or str(head["alg"]) not in ALGORITHMS:
        raise BrokenSeal(f"the header names no {TYPE} signed by {' or '.join(ALGORITHMS)}")
    return {**head, "alg": str(head["alg"])}


def _json(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as flaw:
        raise BrokenSeal(f"it is no JSON: {flaw}") from flaw


def _fields(data: bytes) -> Mapping[str, str]:
    names = {"payload", "protected", "signature"}
    read = _json(data)
    if not isinstance(read, dict) or set(read) != names:
        raise BrokenSeal(f"a signed session has the fields {', '.join(sorted(names))}")
    if not all(isinstance(value, str) for value in read.values()):
        raise BrokenSeal("the fields of a signed session are texts in base64url")
    return read


def _chain(told: object) -> tuple[bytes, ...]:
    if not isinstance(told, list) or not 0 < len(told) <= _MOST_CERTIFICATES:
        raise BrokenSeal(f"x5c holds 1 to {_MOST_CERTIFICATES} certificates")
    return tuple(_bytes(str(one).translate(_TO_URL)) for one in told)


_TO_URL = str.maketrans("+/", "-_")


def _url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    bare = text.rstrip("=")
    try:
        data = urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except (BadBase64, ValueError) as flaw:
        raise BrokenSeal(f"not base64url: {text[:40]!r}") from flaw
    if _url(data) != bare:  # one session has one text: its file is named by its hash
        raise BrokenSeal(f"not base64url: {text[:40]!r}")
    return data
