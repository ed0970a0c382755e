"""An explanation in words, for people and for programs; a trust profile likewise."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from shared_contracts.astana_time import shown
from shared_contracts.explaining.authorities import AuthorityCertificate, describe, readable
from shared_contracts.explaining.explain import Explanation
from shared_contracts.explaining.steps import VerificationStep
from shared_contracts.explaining.wording import WORDS, sentence
from shared_contracts.language import Language
from shared_contracts.signing.validation.trust_profile import Addresses, TrustProfile


def as_text(explanation: Explanation, language: Language) -> Iterator[str]:
    """The explanation line by line, with the documents of a package after its own signature."""
    yield from _told(explanation, language)
    for document in explanation.documents:
        yield ""
        yield f"{WORDS['step']['DOCUMENT'][language]} {document.path}"
        for line in (*_told(document, language), "", _result(document, language)):
            yield f"  {line}" if line else ""
    yield ""
    yield _result(explanation, language)


def as_json(explanation: Explanation, file: str, language: Language) -> bytes:
    """The explanation as JSON: codes and values for programs, each step with its sentence."""
    documents = [{"path": one.path, **_parts(one, language)} for one in explanation.documents]
    whole = {"file": file, **_parts(explanation, language), "documents": documents}
    return msgspec.json.format(msgspec.json.encode(whole), indent=2)


def profile_as_text(profile: TrustProfile, language: Language) -> Iterator[str]:
    """Whom a trust profile trusts, and where it asks."""
    words = {code: entry[language] for code, entry in WORDS["authority"].items()}
    yield f"{profile.name}: {words['PRODUCTION' if profile.production else 'TESTS']}"
    if profile.policies:
        yield f"{words['POLICIES']}: {', '.join(sorted(profile.policies))}"
    standing = {"ANCHOR": profile.anchors, "INTERMEDIATE": profile.intermediates}
    for name, ders in standing.items():
        for der in ders:
            yield from ("", *authority_as_text(describe(der), language, words[name]))
            for url in _urls(profile.addresses.get(der, Addresses())):
                yield f"  {words['ADDRESSES']}: {url}"


def profile_as_content(profile: TrustProfile) -> Mapping[str, object]:
    """The same for programs: moments with their offset, fingerprints as 64 hexadecimal digits."""
    standing = {"ANCHOR": profile.anchors, "INTERMEDIATE": profile.intermediates}
    return {
        "name": profile.name,
        "production": profile.production,
        "policies": sorted(profile.policies),
        "authorities": [
            {
                "standing": name,
                "common_name": authority.common_name,
                "issuer": authority.issuer,
                "not_before": shown(authority.not_before),
                "not_after": shown(authority.not_after),
                "sha256": authority.fingerprint,
                "addresses": list(_urls(profile.addresses.get(der, Addresses()))),
            }
            for name, ders in standing.items()
            for der in ders
            for authority in [describe(der)]
        ],
    }


def authority_as_text(
    authority: AuthorityCertificate, language: Language, standing: str = ""
) -> Iterator[str]:
    """An authority's certificate, as an operator compares it with what was published."""
    words = WORDS["authority"]
    yield f"{authority.common_name}{f' ({standing})' if standing else ''}"
    yield f"  {words['ISSUER'][language]}: {authority.issuer}"
    term = f"{shown(authority.not_before)[:10]} – {shown(authority.not_after)[:10]}"
    yield f"  {words['VALID'][language]}: {term}"
    yield f"  {words['FINGERPRINT'][language]}: {readable(authority.fingerprint)}"


def _told(explanation: Explanation, language: Language) -> Iterator[str]:
    """What is said of one document, its result left out."""
    yield from (_line(step, language) for step in explanation.steps)
    for one in explanation.signatures:
        yield ""
        yield f"{WORDS['step']['SIGNATURE'][language]} {one.number}"
        yield from (f"  {_line(step, language)}" for step in one.steps)


def _parts(explanation: Explanation, language: Language) -> dict[str, Any]:
    signatures = [
        {
            "number": one.number,
            "indication": one.indication,
            "sub_indication": one.sub_indication,
            "entitled": one.entitled,
            "subject": {**msgspec.to_builtins(one.subject), "roles": sorted(one.subject.roles)},
            "steps": _plain(one.steps, language),
        }
        for one in explanation.signatures
    ]
    steps = _plain(explanation.steps, language)
    return {"result": explanation.result, "steps": steps, "signatures": signatures}


def _urls(addresses: Addresses) -> tuple[str, ...]:
    return (*addresses.ocsp, *addresses.crl, *addresses.delta)


def _line(step: VerificationStep, language: Language) -> str:
    marks = WORDS["mark"]
    width = max(len(entry[language]) for entry in marks.values())
    mark, name = marks[step.mark][language], WORDS["step"][step.step][language]
    return f"{mark:<{width}}  {name}: {_text(step, language)}"


def _text(step: VerificationStep, language: Language) -> str:
    return sentence("text", step.code, language, step.values)


def _result(explanation: Explanation, language: Language) -> str:
    text = WORDS["text"][f"RESULT_{explanation.result}"][language]
    mark = WORDS["mark"][explanation.result][language]
    return f"{WORDS['step']['RESULT'][language]}: {mark} — {text}"


def _plain(steps: Sequence[VerificationStep], language: Language) -> list[dict[str, Any]]:
    return [{**msgspec.to_builtins(step), "text": _text(step, language)} for step in steps]
