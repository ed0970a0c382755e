"""The command of the verifier: 0 passed, 1 failed, 2 could not run or could not decide all."""

import argparse
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from cryptography import x509

from .certificates import Answers
from .checking import PackageCheck
from .container import MOST_BYTES
from .pins import SystemPins, fingerprint, pins_in, signs
from .steps import CheckedStep, Protocol, StepVerdict

LANGUAGES = ("kk", "ru", "en")
_CODES = {StepVerdict.PASSED: 0, StepVerdict.FAILED: 1, StepVerdict.INDETERMINATE: 2}
_ANSWER_BYTES = 64 * 1024 * 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a package and tell each step; the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        known = Answers(_anchors(asked.anchor))
        for path in asked.answers:
            known.add(_read(path, _ANSWER_BYTES))
        pins = SystemPins(_pins(asked.signer), _pins(asked.registry))
        data = _read(asked.package, MOST_BYTES)
        protocol = PackageCheck(data, known, pins).run()
    except OSError as problem:
        sys.stderr.write(f"{_unreadable(problem, asked.lang or LANGUAGES)}\n")
        return 2
    except ValueError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    except MemoryError:
        sys.stderr.write("memory ended: check the package on a machine that has more\n")
        return 2
    told = as_json(protocol) if asked.json else "\n".join(lines(protocol, asked.lang or LANGUAGES))
    sys.stdout.write(f"{told}\n")
    return _CODES[protocol.verdict]


def lines(protocol: Protocol, languages: Iterable[str]) -> Iterable[str]:
    """What is told to people: each step in each language."""
    words = _words()
    for language in languages:
        for one in protocol.steps:
            yield _line(one, words, language)
        count = Counter(one.verdict for one in protocol.steps)
        sums = ", ".join(f"{words['result'][each][language]} {count[each]}" for each in count)
        yield f"{words['whole'][protocol.verdict][language]} ({sums})"


def as_json(protocol: Protocol) -> str:
    """The same for programs, with the words in all languages."""
    words = _words()
    steps = [
        asdict(one) | {language: _line(one, words, language) for language in LANGUAGES}
        for one in protocol.steps
    ]
    content = {"verdict": protocol.verdict, "steps": steps, **words["whole"][protocol.verdict]}
    return json.dumps(content, ensure_ascii=False, indent=1)


def _line(one: CheckedStep, words: Any, language: str) -> str:
    checks = words["check"]
    check = checks.get(one.check, checks["MESSAGE"])[language]
    told = f"[{words['result'][one.verdict][language]}] {check}: {one.place}"
    ground = words["ground"][one.ground][language] if one.ground else ""
    return told + (f" — {ground}" if ground else "") + (f" ({one.detail})" if one.detail else "")


def _unreadable(problem: OSError, languages: Iterable[str]) -> str:
    """Which file cannot be read, why, and what to do, in each language."""
    words = _words()["unreadable"]
    return "\n".join(
        words[one].format(file=problem.filename, why=problem.strerror) for one in languages
    )


def _words() -> Any:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))


def _pins(written: Iterable[str]) -> frozenset[str]:
    """SHA-256 of certificates that were named by it, or by files that hold them."""
    found: set[str] = set()
    for one in written:
        pins = pins_in(one) or {fingerprint(each) for each in _anchors(Path(one)) if signs(each)}
        if not pins:
            raise ValueError(f"{one} has authorities alone: name the system's own certificate")
        found |= pins
    return frozenset(found)


def _anchors(path: Path) -> list[x509.Certificate]:
    data = _read(path, _ANSWER_BYTES)
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except ValueError as problem:
        raise ValueError(f"{path} is no certificate in PEM or DER: {problem}") from problem


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError(f"{path} has more than {most} bytes: it is no such file")
    return data


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "verifier", description="Checks an evidence package without network and without a system."
    )
    parser.add_argument("package", type=Path, help="the ASiC-E file")
    parser.add_argument("--anchor", type=Path, required=True, help="roots you trust, PEM or DER")
    parser.add_argument(
        "--answers", type=Path, nargs="*", default=[], help="more OCSP answers, CRLs, certificates"
    )
    whose = "{}: SHA-256 in hex, or a file, PEM or DER; once for each"
    for name, system in (
        ("--signer", "certificate of the system whose package it is"),
        ("--registry", "certificate of the Registry, for receipts in a package of a SEZ"),
    ):
        parser.add_argument(name, action="append", default=[], help=whose.format(system))
    parser.add_argument(
        "--lang", action="append", choices=LANGUAGES, help="kk, ru, en; all if left out"
    )
    parser.add_argument("--json", action="store_true", help="write JSON, in all languages")
    return parser
