"""Forms of signature that the SYSTEM profile does not name, each made with a real key."""

from shared_contracts.signing.report import Reason
from shared_contracts.signing.xml.profile import DSIG, ENVELOPED, EXCLUSIVE, INCLUSIVE
from tests.shared_contracts.signing.oracles import Forgery

MORE = "http://www.w3.org/2001/04/xmldsig-more"


def transform(uri: str, inside: str = "") -> str:
    return f'<ds:Transform Algorithm="{uri}">{inside}</ds:Transform>'


def key_info(inside: str) -> str:
    return f"<ds:KeyInfo>{inside}</ds:KeyInfo>"


def x509_data(inside: str) -> str:
    return key_info(f"<ds:X509Data>{inside}</ds:X509Data>")


FIRST, SECOND = transform(ENVELOPED), transform(EXCLUSIVE)
PREFIXES = f'<e:InclusiveNamespaces xmlns:e="{EXCLUSIVE}" PrefixList="x"/>'
XPATH = transform("http://www.w3.org/TR/1999/REC-xpath-19991116", "<ds:XPath>true()</ds:XPath>")
XSLT = transform("http://www.w3.org/TR/1999/REC-xslt-19991116")

FORMS: dict[str, tuple[Forgery, Reason]] = {
    "whole document": (Forgery(uri=""), Reason.COVERAGE),
    "another element": (Forgery(uri="#p-2"), Reason.COVERAGE),
    "xpointer": (Forgery(uri="#xpointer(/)"), Reason.COVERAGE),
    "outside address": (Forgery(uri="http://127.0.0.1/x"), Reason.COVERAGE),
    "inclusive SignedInfo": (Forgery(c14n=INCLUSIVE), Reason.PROFILE),
    "C14N 1.1": (Forgery(c14n="http://www.w3.org/2006/12/xml-c14n11"), Reason.PROFILE),
    "with comments": (Forgery(c14n=f"{EXCLUSIVE}WithComments"), Reason.PROFILE),
    "no transform": (Forgery(transforms=()), Reason.PROFILE),
    "one transform": (Forgery(transforms=(FIRST,)), Reason.PROFILE),
    "transforms turned round": (Forgery(transforms=(SECOND, FIRST)), Reason.PROFILE),
    "three transforms": (Forgery(transforms=(FIRST, SECOND, SECOND)), Reason.PROFILE),
    "inclusive transform": (Forgery(transforms=(FIRST, transform(INCLUSIVE))), Reason.PROFILE),
    "prefix list": (Forgery(transforms=(FIRST, transform(EXCLUSIVE, PREFIXES))), Reason.PROFILE),
    "XPath": (Forgery(transforms=(XPATH, SECOND)), Reason.PROFILE),
    "XSLT": (Forgery(transforms=(FIRST, XSLT)), Reason.PROFILE),
    "SHA-1 digest": (Forgery(digest_method=f"{DSIG}sha1"), Reason.ALGORITHM_OBSOLETE),
    "MD5 digest": (Forgery(digest_method=f"{MORE}#md5"), Reason.ALGORITHM_OBSOLETE),
    "RSA-SHA1": (Forgery(method=f"{DSIG}rsa-sha1"), Reason.ALGORITHM_OBSOLETE),
    "ECDSA-SHA1": (Forgery(method=f"{MORE}#ecdsa-sha1"), Reason.ALGORITHM_OBSOLETE),
    "GOST of 2004": (Forgery(method=f"{MORE}#gost34310-gost34311"), Reason.ALGORITHM_OBSOLETE),
    "GOST digest of 1995": (
        Forgery(digest_method=f"{MORE}#gost34311"),
        Reason.ALGORITHM_OBSOLETE,
    ),
    "HMAC": (Forgery(method=f"{MORE}#hmac-sha256"), Reason.ALGORITHM),
    "RSA named, P-256 used": (Forgery(method=f"{MORE}#rsa-sha256"), Reason.ALGORITHM),
    "two references": (
        Forgery(more_references=f'<ds:Reference xmlns:ds="{DSIG}"/>'),
        Reason.PROFILE,
    ),
    "typed reference": (Forgery(reference_attributes=' Type="urn:x"'), Reason.PROFILE),
    "Id of the signature": (Forgery(attributes=' Id="s-1"'), Reason.PROFILE),
    "object": (Forgery(last="<ds:Object>x</ds:Object>"), Reason.PROFILE),
    "text in the signature": (Forgery(last="x"), Reason.PROFILE),
    "no KeyInfo": (Forgery(key_info=""), Reason.CERTIFICATE_MISSING),
    "empty KeyInfo": (Forgery(key_info=key_info("")), Reason.CERTIFICATE_MISSING),
    "no certificate": (Forgery(key_info=x509_data("")), Reason.CERTIFICATE_MISSING),
    "key name": (Forgery(key_info=key_info("<ds:KeyName>x</ds:KeyName>")), Reason.PROFILE),
    "key value": (Forgery(key_info=key_info("<ds:KeyValue/>")), Reason.PROFILE),
    "retrieval": (Forgery(key_info=key_info('<ds:RetrievalMethod URI="#x"/>')), Reason.PROFILE),
    "subject name": (
        Forgery(key_info=x509_data("<ds:X509SubjectName>x</ds:X509SubjectName>")),
        Reason.PROFILE,
    ),
    "broken certificate": (
        Forgery(key_info=x509_data("<ds:X509Certificate>MAA=</ds:X509Certificate>")),
        Reason.CERTIFICATE_BROKEN,
    ),
    "no base64": (
        Forgery(key_info=x509_data("<ds:X509Certificate>M*=</ds:X509Certificate>")),
        Reason.PROFILE,
    ),
    "careless base64": (
        Forgery(key_info=x509_data("<ds:X509Certificate>MAB=</ds:X509Certificate>")),
        Reason.PROFILE,
    ),
}
"""By name: the forgery, and the reason with which it is refused."""
