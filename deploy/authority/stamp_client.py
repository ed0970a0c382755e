"""Asking a time-stamping authority over HTTP (RFC 3161, 3.4)."""

import secrets
from collections.abc import Callable

import httpx
from asn1crypto import tsp

from deploy.authority.stamping import GOST_STAMPS, StampAnswer, imprint
from shared_contracts.errors import UpstreamFailed

TIMEOUT = 5.0
"""Seconds to wait for a stamp."""


def stamps_from(url: str, policy: str = GOST_STAMPS) -> Callable[[bytes], bytes]:
    """What gets the time-stamp token, DER, of octets from the authority at ``url``.

    It raises UpstreamFailed; the policy says which key shall stamp.
    """

    def token(octets: bytes) -> bytes:
        request = _request(octets, policy).dump()
        headers = {"Content-Type": "application/timestamp-query", "User-Agent": "tru-registry"}
        try:
            answer = httpx.post(
                url, content=request, headers=headers, timeout=TIMEOUT, trust_env=False
            )
            answer.raise_for_status()
        except httpx.HTTPError as silent:
            raise UpstreamFailed(f"{url}: {silent}") from silent
        return _token(url, answer.content)

    return token


def _request(octets: bytes, policy: str) -> tsp.TimeStampReq:
    return tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": imprint(octets, policy),
            "req_policy": policy,
            "nonce": secrets.randbits(63),
            "cert_req": True,
        }
    )


def _token(url: str, der: bytes) -> bytes:
    answer = StampAnswer.load(der, strict=True)
    status = answer["status"]
    if status["status"].native not in {"granted", "granted_with_mods"}:
        raise UpstreamFailed(f"{url}: {status['status'].native}, {status['fail_info'].native}")
    token: bytes = answer["time_stamp_token"].dump()
    return token
