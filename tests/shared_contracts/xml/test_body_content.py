"""Where the content of a SOAP Body stands in the bytes of its message."""

from shared_contracts.xml.body_content import within_body

MESSAGE = (
    "<?xml version='1.0'?><s:Envelope xmlns:s='u'><s:Header><s:Body><x/></s:Body></s:Header>"
    "<s:Body> <o:Do xmlns:o='p'>\n<Ә a='>'/> </o:Do></s:Body></s:Envelope>"
).encode()


def test_the_content_of_the_body_is_at_depth_2_and_that_of_its_wrapper_at_depth_3() -> None:
    start, end = within_body(MESSAGE, 2)
    assert MESSAGE[start:end].decode() == "<o:Do xmlns:o='p'>\n<Ә a='>'/> </o:Do>"
    start, end = within_body(MESSAGE, 3)
    assert MESSAGE[start:end].decode() == "<Ә a='>'/> "
