"""Order 216, clause 18.6: TCP, and HTTP or HTTPS; beyond the machine only HTTPS."""

import ssl
from pathlib import Path

import httpx
import pytest

from deploy.stand import _script
from tests.journeys.stand import running_stand, until
from tests.pki import Pki
from tests.postgres import Databases
from tests.tls import certify


@pytest.mark.clause("S216-18.6", "S216-19")
@pytest.mark.parametrize("name", ["registry", "sez"])
def test_a_system_given_a_certificate_speaks_https_and_nothing_older_than_tls_1_2(
    pki: Pki, tmp_path: Path, databases: Databases, name: str
) -> None:
    key, certificate = certify(tmp_path)
    with running_stand(pki, tmp_path, databases) as stand:
        of = {"registry": stand.registry_environment, "sez": stand.sez_environment}[name]()
        prefix = name.upper()
        tls = {f"{prefix}_TLS_KEY": str(key), f"{prefix}_TLS_CERTIFICATE": str(certificate)}
        stand._start(name, (_script(name), "serve"), of | tls)
        context = ssl.create_default_context(cafile=str(certificate))
        address = f"127.0.0.1:{of[f'{prefix}_PORT']}"

        def wsdl() -> str | None:
            try:
                url = f"https://{address}/soap/?wsdl"
                return httpx.get(url, verify=context, trust_env=False).text
            except httpx.ConnectError:
                return None

        assert f"urn:kz:tru-registry:{name}:1" in until(wsdl)
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"http://{address}/healthz", trust_env=False)
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        assert httpx.get(f"https://{address}/healthz", verify=context, trust_env=False).is_success
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"https://{address}/healthz", verify=context, trust_env=False)
