"""A glance at a plain message tells what opening it tells."""

import pytest

from shared_contracts.messages.document import NAMESPACE
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml.envelope import SoapVersion, enclose, glance, open_envelope

DOCUMENT = f'<Package xmlns="{NAMESPACE}"/>'.encode()


@pytest.mark.parametrize("version", SoapVersion)
@pytest.mark.parametrize("declaration", [b"", b"<?xml version='1.0' encoding='utf-8'?>\n"])
def test_a_plain_message_tells_at_a_glance_what_it_asks(
    version: SoapVersion, declaration: bytes
) -> None:
    body = declaration + enclose(version, REGISTRY.namespace, "TransferRecords", DOCUMENT)
    opened, glimpse = open_envelope(body, None), glance(body)
    assert glimpse is not None
    assert (glimpse.version, glimpse.namespace, glimpse.operation) == (
        opened.version,
        opened.namespace,
        opened.operation,
    )


@pytest.mark.parametrize(
    "head",
    [
        '<e:Envelope xmlns:e="{soap}"><e:Header/><e:Body>',
        '<e:Envelope xmlns:e="{soap}"><!-- --><e:Body>',
        '<f:Envelope xmlns:e="{soap}"><e:Body>',
        '<f:Envelope xmlns:e="{soap}"><f:Body>',
        '<e:Envelope xmlns:e="urn:other"><e:Body>',
        '<!DOCTYPE e><e:Envelope xmlns:e="{soap}"><e:Body>',
        '<?xml version="1.0" encoding="UTF-16"?><e:Envelope xmlns:e="{soap}"><e:Body>',
        '<e:Envelope xmlns:e="{soap}"><f:Body>',
    ],
)
def test_other_messages_have_to_be_opened(head: str) -> None:
    start = head.format(soap=SoapVersion.V11.namespace).encode()
    assert glance(start + b'<w:TransferRecords xmlns:w="urn:x">') is None


@pytest.mark.parametrize(
    "wrapper",
    [
        '<w:Take xmlns:v="urn:x">',
        '<Take xmlns:w="urn:x">',
        '<w:Take xmlns="urn:x">',
        '<w:Take xmlns:w="urn:x" a="">',
    ],
)
def test_a_wrapper_without_its_own_namespace_has_to_be_opened(wrapper: str) -> None:
    start = f'<e:Envelope xmlns:e="{SoapVersion.V11.namespace}"><e:Body>'
    assert glance((start + wrapper).encode()) is None
