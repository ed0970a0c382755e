"""From certificates which an operator obtained and pinned to a trust profile in a folder."""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from asn1crypto import pem

from shared_contracts.explaining.authorities import AuthorityCertificate, is_issued_by
from shared_contracts.explaining.wording import Unusable, cause
from shared_contracts.signing.validation.trust_profile import TrustProfile, load_profile

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {"nuc-rk-test": "nuc_rk_test.toml", "nuc-rk-prod": "nuc_rk_prod.toml"}
)
"""Profiles known by name, and the files beside this one that describe them."""

PROFILE = "trust.toml"
"""Name of the file of a profile in its folder."""

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_FILE_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Template:
    """A profile before its certificates are there.

    ``written`` is what stands in the profile as it is; ``authorities`` holds per common name the
    name of the file to write and the addresses of its revocation data.
    """

    name: str
    written: Mapping[str, Any]
    authorities: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class TrustPlan:
    """What will be trusted: anchors, each pinned, and authorities which they signed."""

    template: Template
    anchors: tuple[AuthorityCertificate, ...]
    intermediates: tuple[AuthorityCertificate, ...]


def load_template(name: str) -> Template:
    """The template called ``name``, or written in the TOML file of that name; Unusable if none."""
    beside = TEMPLATES.get(name)
    try:
        source = files(__package__).joinpath(beside) if beside else Path(name)
        table = tomllib.loads(source.read_text("utf-8"))
        named = dict(map(_named, table.pop("authority")))
        return Template(table["name"], table, named)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise Unusable("TEMPLATE", name, cause(wrong), ", ".join(TEMPLATES)) from wrong


def unpinned(
    authorities: Sequence[AuthorityCertificate], pins: Iterable[str]
) -> Iterator[AuthorityCertificate]:
    """The roots which nobody has pinned yet; Unusable if a pin is no fingerprint."""
    known = read_pins(pins)
    return (one for one in authorities if one.is_self_signed and one.fingerprint not in known)


def plan_import(
    template: Template, authorities: Sequence[AuthorityCertificate], pins: Iterable[str]
) -> TrustPlan:
    """Say what becomes an anchor and what an intermediate; Unusable says why nothing does.

    Whatever is pinned is an anchor, and every root must be; the rest must be signed by an anchor.
    """
    pinned = read_pins(pins)
    for authority in authorities:
        if authority.common_name not in template.authorities:
            raise Unusable("UNKNOWN_AUTHORITY", authority.common_name, limit=template.name)
    for authority in unpinned(authorities, pinned):
        raise Unusable("PIN_MISSING", authority.common_name)
    for pin in pinned - {one.fingerprint for one in authorities}:
        raise Unusable("PIN_UNUSED", pin)
    anchors = tuple(one for one in authorities if one.fingerprint in pinned)
    below = tuple(one for one in authorities if one not in anchors)
    _check_signed(below, anchors)
    return TrustPlan(template, anchors, below)


def read_pins(pins: Iterable[str]) -> frozenset[str]:
    """Fingerprints as people write them (colons, spaces, capitals); Unusable if one is none.

    What was left empty is no pin.
    """
    return frozenset(_pin(written) for written in pins if written)


def write_profile(plan: TrustPlan, folder: Path) -> Path:
    """Write certificates (PEM) and ``trust.toml`` into ``folder``; the path of the profile.

    Unusable if the folder holds a profile already or cannot be written.
    """
    path = folder / PROFILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists():
            raise Unusable("FOLDER", folder, path.name)
        for authority in (*plan.anchors, *plan.intermediates):
            _file(plan, folder, authority).write_bytes(pem.armor("CERTIFICATE", authority.der))
        path.write_text("\n".join(_lines(plan)) + "\n", "utf-8")
    except OSError as wrong:
        raise Unusable("FOLDER", folder, cause(wrong)) from wrong
    return path


def open_profile(path: Path) -> TrustProfile:
    """The trust profile in a file, or of a folder; Unusable tells what is wrong."""
    file = path / PROFILE if path.is_dir() else path
    try:
        return load_profile(file)
    except ValueError as wrong:
        unread = wrong.__cause__
        detail = cause(unread) if isinstance(unread, OSError) else str(wrong)
        raise Unusable("PROFILE", file, detail.removeprefix(f"{file}: ")) from wrong


def _named(entry: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if not _FILE_NAME.fullmatch(entry["file"]):
        raise ValueError(f"authority.file: {entry['file']!r}: letters, digits, - and _")
    return entry.pop("common_name"), entry


def _check_signed(
    below: Sequence[AuthorityCertificate], anchors: Sequence[AuthorityCertificate]
) -> None:
    if not anchors:
        raise Unusable("NO_ANCHOR")
    for authority in below:
        if not any(is_issued_by(authority, anchor) for anchor in anchors):
            raise Unusable("NOT_ISSUED", authority.common_name)


def _pin(written: str) -> str:
    digits = re.sub(r"[:\s]", "", written).lower()
    if not _FINGERPRINT.fullmatch(digits):
        raise Unusable("PIN_MALFORMED", written)
    return digits


def _file(plan: TrustPlan, folder: Path, authority: AuthorityCertificate) -> Path:
    return folder / f"{plan.template.authorities[authority.common_name]['file']}.pem"


def _lines(plan: TrustPlan) -> Iterator[str]:
    """The profile as TOML: strings, numbers and lists look there as they do in JSON."""
    written = plan.template.written
    lists = {"anchors": plan.anchors, "intermediates": plan.intermediates}
    yield from _fields({k: v for k, v in written.items() if not isinstance(v, dict)})
    for name, authorities in lists.items():
        yield from _fields({name: [_file(plan, Path(), one).name for one in authorities]})
    for name, table in written.items():
        if isinstance(table, dict):
            yield from ("", f"[{name}]", *_fields(table))
    for authority in (*plan.anchors, *plan.intermediates):
        addresses = dict(plan.template.authorities[authority.common_name])
        file = f"{addresses.pop('file')}.pem"
        yield from ("", "[[revocation]]", *_fields({"issuer": file, **addresses}))


def _fields(table: Mapping[str, Any]) -> Iterator[str]:
    for name, value in table.items():
        yield f"{name} = {json.dumps(value, ensure_ascii=False)}"
