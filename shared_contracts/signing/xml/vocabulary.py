"""Names that XML signatures are written in, and the algorithms that time has overtaken."""

DSIG = "http://www.w3.org/2000/09/xmldsig#"
SIGNATURE = f"{{{DSIG}}}Signature"
ENVELOPED = f"{DSIG}enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
SIGNED_PROPERTIES_TYPE = "http://uri.etsi.org/01903#SignedProperties"
"""Of the reference by which a signature covers what it says of itself (EN 319 132-1, 4.4.2)."""

ID_NAMES = frozenset({"Id", "ID", "id"})
"""Local names of the attributes that some reader takes for an identifier."""

_MORE = "http://www.w3.org/2001/04/xmldsig-more#"

OBSOLETE = {
    f"{DSIG}rsa-sha1": "RSA with SHA-1",
    f"{_MORE}rsa-sha1": "RSA with SHA-1",
    f"{DSIG}dsa-sha1": "DSA with SHA-1",
    f"{_MORE}ecdsa-sha1": "ECDSA with SHA-1",
    f"{_MORE}rsa-md5": "RSA with MD5",
    f"{DSIG}sha1": "SHA-1",
    f"{_MORE}sha1": "SHA-1",
    f"{_MORE}md5": "MD5",
    f"{_MORE}gost34310-gost34311": "GOST 34.310-2004 with GOST 34.311-95",
    f"{_MORE}gost34310-gost34311-95": "GOST 34.310-2004 with GOST 34.311-95",
    f"{_MORE}gost34310-2004": "GOST 34.310-2004",
    f"{_MORE}gost34311": "GOST 34.311-95",
    f"{_MORE}gost34311-95": "GOST 34.311-95",
}
"""Known and refused: signature and digest methods by URI, with their names."""


def dsig(*names: str) -> list[str]:
    """The tags of elements of XML signatures."""
    return [f"{{{DSIG}}}{name}" for name in names]


def xades(*names: str) -> list[str]:
    """The tags of elements of XAdES 1.3.2."""
    return [f"{{{XADES}}}{name}" for name in names]
