// Signatures of the exchange: those of persons on documents, those of systems on packages and answers.
// The rules are in docs/vendor-guide/2-signatures.md.
const crypto = require('crypto');
const { DOMParser } = require('@xmldom/xmldom');
const { ExclusiveCanonicalization, SignedXml } = require('xml-crypto');

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const ENVELOPED = DSIG + 'enveloped-signature';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const RSA = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const P256 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';

// xml-crypto brings RSA, not ECDSA. XML signatures hold r and s side by side, 64 bytes, not DER.
class EcdsaSha256 {
  getSignature(data, key) {
    const raw = crypto.sign('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' });
    return raw.toString('base64');
  }
  verifySignature(data, key, value) {
    const raw = Buffer.from(value, 'base64');
    return crypto.verify('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }, raw);
  }
  getAlgorithmName() {
    return P256;
  }
}

function sha256(data) {
  return crypto.createHash('sha256').update(data).digest('hex');
}

// PackageHash of a receipt: of the exclusive canonical form of the package, its Signature included.
function packageHash(xml) {
  const root = new DOMParser().parseFromString(xml, 'text/xml').documentElement;
  return sha256(new ExclusiveCanonicalization().process(root, {}).toString());
}

// A signer is { key, chain }: a private key and its certificates, the leaf first, both PEM.
function sign(xml, { key, chain }, reference) {
  const isRsa = crypto.createPrivateKey(key).asymmetricKeyType === 'rsa';
  const signed = new SignedXml({
    privateKey: key,
    publicCert: chain,
    signatureAlgorithm: isRsa ? RSA : P256,
    canonicalizationAlgorithm: EXCLUSIVE,
  });
  signed.SignatureAlgorithms[P256] = EcdsaSha256;
  signed.addReference({
    xpath: '/*',
    transforms: [ENVELOPED, EXCLUSIVE],
    digestAlgorithm: SHA256,
    ...reference,
  });
  signed.computeSignature(xml, { prefix: 'ds', location: { reference: '/*', action: 'append' } });
  return signed.getSignedXml();
}

// A business document: the whole document is signed (URI=""), the root has no Id.
const signAsPerson = (xml, signer) => sign(xml, signer, { isEmptyUri: true });

// A package or question: the root has an Id, and the reference names it (URI="#Id").
const signAsSystem = (xml, signer) => sign(xml, signer, {});

// Verifies an answer and returns what was signed, as a root element. The certificate is pinned:
// whatever KeyInfo says, the key must be that of the Registry's certificate, which you know.
function verifySystem(xml, certificate) {
  const root = new DOMParser().parseFromString(xml, 'text/xml').documentElement;
  const signature = root.lastChild;
  if (signature.localName !== 'Signature' || signature.namespaceURI !== DSIG) {
    throw new Error('no Signature stands as the last child of ' + root.localName);
  }
  const verifier = new SignedXml({ publicCert: certificate, getCertFromKeyInfo: () => null });
  verifier.SignatureAlgorithms = { [RSA]: verifier.SignatureAlgorithms[RSA], [P256]: EcdsaSha256 };
  verifier.loadSignature(signature);
  if (!verifier.checkSignature(xml)) throw new Error('the digest of ' + root.localName + ' differs');
  const references = verifier.getReferences();
  if (references.length !== 1 || references[0].uri !== '#' + root.getAttribute('Id')) {
    throw new Error('the signature does not cover ' + root.localName + ' as a whole');
  }
  const [octets] = verifier.getSignedReferences(); // read nothing but what was signed
  return new DOMParser().parseFromString(octets, 'text/xml').documentElement;
}

module.exports = { packageHash, sha256, signAsPerson, signAsSystem, verifySystem };
