"""Everything about a purchase leaves the Registry as one file that proves itself."""

import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import pytest
from cryptography.x509 import load_pem_x509_certificates
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.verifier.build import build
from deploy.verifier.certificates import Answers
from deploy.verifier.checking import PackageCheck
from deploy.verifier.command import LANGUAGES, as_json, main
from deploy.verifier.container import MANIFEST, SIGNATURE, ReadContainer
from deploy.verifier.pins import SystemPins
from deploy.verifier.steps import Protocol, StepVerdict
from registry.app import open_registry
from shared_contracts.astana_time import now
from shared_contracts.errors import Absent, NeedsPerson
from shared_contracts.evidence_package.container import EvidenceContainer
from shared_contracts.evidence_package.content import ObjectEvidence
from shared_contracts.evidence_package.forming import TOGETHER, EvidenceDesk
from shared_contracts.http.api import bearer_token
from shared_contracts.messages.document import LocalizedText
from shared_contracts.signing.cades import moment_for, sign_detached
from tests.evidence_engines import foreign_verdicts
from tests.pki import Pki
from tests.postgres import Databases
from tests.registry.asking import Asker, asking
from tests.registry.conftest import SEZ
from tests.registry.conftest import settings as settings_of
from tests.registry.intake.test_accepted import accepted, changed
from tests.story import Clock, Story

FOREIGN = ("cryptography", "cffi", "_cffi_backend", "pycparser", "lxml")
"""What the verifier needs beside the standard library."""


def exported(ask: Asker, registry_id: object) -> bytes:
    """The evidence package of an object."""
    response = ask("POST", f"/api/v1/evidence/{registry_id}")
    assert response.status_code == 200, response.text
    return response.content


def fingerprint_of(pki: Pki, name: str) -> str:
    """SHA-256 of a signer's certificate."""
    return sha256(pki.signer(name).certificates[0]).hexdigest()


@dataclass(frozen=True)
class Archive:
    """Who verifies: the root that is trusted, and the certificate of the Registry that is known."""

    pki: Pki
    anchor: str = "ca.pem"
    registry: str = "registry"

    @property
    def roots(self) -> Path:
        """The file of the root."""
        return self.pki.authority.folder / self.anchor

    def verified(self, data: bytes) -> Protocol:
        """What the verifier says of a package."""
        known = {fingerprint_of(self.pki, self.registry)} if self.registry else set()
        pins = SystemPins(frozenset(known))
        return PackageCheck(
            data, Answers(load_pem_x509_certificates(self.roots.read_bytes())), pins
        ).run()


def problems(found: Protocol) -> list[tuple[str, str, str]]:
    """The steps that did not pass."""
    return [
        (one.check, one.place, one.ground)
        for one in found.steps
        if one.verdict is not StepVerdict.PASSED
    ]


def two_versions(story: Story, signer: str = "customer1-head") -> Any:
    """A purchase of two versions; its id at the Registry."""
    first = story.sign(story.tender(), signer)
    answer = accepted(story.post(story.packed(first)))
    renamed = changed(first, name=LocalizedText(kk="Жаңа", ru="Новое название"))
    accepted(story.post(story.packed(story.sign(story.next(first, renamed), signer))))
    return answer.receipt.records[0].registry_id


@pytest.fixture(scope="module")
def package(shared: Story) -> bytes:
    """The package of a purchase of two versions."""
    registry_id = two_versions(shared)
    with asking(shared) as ask:
        return exported(ask, registry_id)


@pytest.fixture(scope="module")
def archive(shared: Story) -> Archive:
    """An archive that had the Registry's certificate from its keeper."""
    return Archive(shared.pki)


@pytest.mark.clause("S216-12a", "S216-13b")
def test_a_package_verifies_without_the_project(
    package: bytes, archive: Archive, tmp_path: Path
) -> None:
    libraries = Path(sysconfig.get_paths()["purelib"])
    (tmp_path / "site").mkdir()
    for entry in libraries.iterdir():
        if entry.name.split(".")[0] in FOREIGN:
            (tmp_path / "site" / entry.name).symlink_to(entry)
    build(tmp_path / "verifier.pyz")
    (tmp_path / "package.asice").write_bytes(package)
    (tmp_path / "ca.pem").write_bytes(archive.roots.read_bytes())
    pin = fingerprint_of(archive.pki, "registry")
    alone = (
        "import sys, runpy, importlib.util as u\n"
        f"sys.path.append({str(tmp_path / 'site')!r})\n"
        "assert not any(u.find_spec(n) for n in ('shared_contracts', 'registry', 'deploy'))\n"
        "sys.argv = ['verifier', 'package.asice', '--anchor', 'ca.pem', '--json'"
        f", '--signer', '{pin}']\n"
        "runpy.run_path('verifier.pyz', run_name='__main__')\n"
    )
    command = [sys.executable, "-I", "-S", "-c", alone]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["verdict"] == "PASSED"
    checks = {one["check"] for one in told["steps"]}
    assert {"PERSON", "MESSAGE_PACKAGE", "MESSAGE_RECEIPT", "REVOCATION", "PROOF", "FILE"} <= checks
    assert all(set(LANGUAGES) <= set(one) for one in told["steps"])


def test_the_same_store_gives_the_same_bytes(story: Story, ask: Asker) -> None:
    registry_id = two_versions(story)
    first = exported(ask, registry_id)
    assert exported(ask, registry_id) == first
    accepted(story.post(story.packed(story.tender())))
    assert exported(ask, registry_id) == first  # what happens to others changes nothing


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_one_changed_byte_is_found_and_named(package: bytes, archive: Archive, data: Any) -> None:
    at = data.draw(st.integers(0, len(package) - 1))
    bit = data.draw(st.integers(1, 255))
    changed = package[:at] + bytes([package[at] ^ bit]) + package[at + 1 :]
    found = problems(archive.verified(changed))
    assert found, at
    assert all(place for _check, place, _ground in found), found


def rezipped(package: bytes, **changes: bytes | None) -> bytes:
    """The same container with members changed or left out, as one zip of the right form."""
    members = ReadContainer(package)
    file = BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for name in members.names:
            content = changes.get(name, members[name])
            if content is not None:
                info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.create_system, info.external_attr = 3, 0o600 << 16
                archive.writestr(info, content)
    return file.getvalue()


def test_a_changed_byte_in_any_member_is_named(package: bytes, archive: Archive) -> None:
    members = ReadContainer(package)
    assert rezipped(package) == package
    for name in members.names:
        content = members[name]
        for at in {0, len(content) // 2, len(content) - 1}:
            changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
            found = problems(archive.verified(rezipped(package, **{name: changed})))
            place = name if name not in {MANIFEST, SIGNATURE} else "META-INF/"
            assert any(place in told for _check, told, _ground in found), (name, at, found)


def test_each_byte_of_the_signature_and_of_the_structure_counts(
    package: bytes, archive: Archive
) -> None:
    start = package.rindex(b"PK\x03\x04")
    for at in range(start, len(package)):
        changed = package[:at] + bytes([package[at] ^ 1]) + package[at + 1 :]
        assert problems(archive.verified(changed)), at
    assert problems(archive.verified(package + b"\0"))
    assert problems(archive.verified(package[:-1]))
    assert problems(archive.verified(b"\0" + package))


@pytest.mark.parametrize("part", ["documents/", "evidence/", "events/", "proofs/", "files/"])
def test_a_member_that_is_left_out_is_named(package: bytes, archive: Archive, part: str) -> None:
    name = next(one for one in ReadContainer(package).names if one.startswith(part))
    found = problems(archive.verified(rezipped(package, **{name: None})))
    assert found, name


def test_another_anchor_does_not_do(package: bytes, shared: Story) -> None:
    found = problems(Archive(shared.pki, anchor="gost-root.pem").verified(package))
    assert any(one == "CERTIFICATE" and at.startswith(SIGNATURE) for one, at, _ in found)


def test_no_stranger_has_a_package_made(story: Story, ask: Asker) -> None:
    path = f"/api/v1/evidence/{uuid4()}"
    assert ask("POST", path, headers={"Authorization": "Bearer x"}).status_code == 401
    assert ask("POST", path).status_code == 404
    assert bearer_token(story.registry.settings.data)


def test_what_is_told_is_told_in_three_languages(package: bytes, archive: Archive) -> None:
    told = json.loads(as_json(archive.verified(package)))
    assert told["kk"] != told["ru"] != told["en"]


@contextmanager
def forger(pki: Pki, data: Path, dsn: str) -> Iterator[Story]:
    """A Registry of its own that signs with another system's certificate of the same authority."""
    key, chain = pki.authority.key("sez2"), pki.authority.chain("sez2")
    forging = replace(settings_of(pki, data, dsn), key=key, certificate=chain)
    registry = open_registry(forging, clock := Clock())
    registry.register.add(SEZ)
    try:
        yield Story(registry, pki, clock, answered_by="sez2")
    finally:
        registry.close()


def test_a_whole_package_of_another_signer_of_the_authority_is_refuted(
    pki: Pki, databases: Databases, tmp_path: Path, archive: Archive
) -> None:
    with databases.fresh() as dsn, forger(pki, tmp_path, dsn) as story, asking(story) as ask:
        forged = exported(ask, two_versions(story))
    assert problems(replace(archive, registry="sez2").verified(forged)) == []  # all else is right
    found = archive.verified(forged)
    assert {(check, ground) for check, _, ground in problems(found)} == {("SIGNER", "SIGNER_OTHER")}
    places = {place.split("/")[0] for _, place, _ in problems(found)}
    assert places == {"META-INF", "checkpoint", "evidence"}  # the receipts too
    assert found.verdict is StepVerdict.FAILED


def test_who_signed_is_shown_and_left_open_unless_it_was_named(
    package: bytes, archive: Archive
) -> None:
    found = replace(archive, registry="").verified(package)
    opened = [one for one in found.steps if one.verdict is StepVerdict.INDETERMINATE]
    assert {(one.check, one.ground) for one in opened} == {("SIGNER", "SIGNER_UNNAMED")}
    assert all(fingerprint_of(archive.pki, "registry") in one.detail for one in opened)
    assert all("CN=" in one.detail for one in opened)
    assert found.verdict is StepVerdict.INDETERMINATE


def test_a_pin_is_a_hash_or_a_file(
    package: bytes, archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "package.asice").write_bytes(package)
    chain = archive.pki.authority.chain("registry")
    hashed = fingerprint_of(archive.pki, "registry")
    shown = ":".join(hashed[at : at + 2] for at in range(0, 64, 2)).upper()
    other = archive.pki.authority.chain("sez2")
    begun = [str(tmp_path / "package.asice"), "--anchor", str(archive.roots), "--lang", "en"]
    for pins, code in (
        (("--signer", str(chain)), 0),
        (("--signer", shown), 0),
        (("--signer", str(other), "--signer", hashed), 0),
        (("--registry", hashed), 0),
        (("--signer", str(other)), 1),
        (("--signer", hashed, "--registry", str(other)), 1),
        ((), 2),
        (("--signer", str(tmp_path / "none.pem")), 2),
        (("--signer", "abc"), 2),
        (("--signer", str(archive.roots)), 2),  # who pins an authority pins nobody
    ):
        assert main([*begun, *pins]) == code, (pins, capsys.readouterr())
        assert capsys.readouterr()


def test_openssl_verifies_the_signature_over_the_manifest(
    package: bytes, archive: Archive, tmp_path: Path
) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    members = ReadContainer(package)
    (tmp_path / "manifest").write_bytes(members[MANIFEST])
    (tmp_path / "signature").write_bytes(members[SIGNATURE])
    command = [openssl, "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature"]
    command += ["-content", "manifest", "-CAfile", str(archive.roots), "-purpose", "any"]
    command += ["-cades", "-out", "proven"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "proven").read_bytes() == members[MANIFEST]
    (tmp_path / "manifest").write_bytes(members[MANIFEST] + b" ")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_other_engines_verify_each_signature_in_xml(package: bytes) -> None:
    found = foreign_verdicts(package)
    assert {name: len(members) for name, members in found.items()} == {
        "Purchase": 2,
        "Package": 2,
        "Receipt": 2,
    }


def signed_anew(pki: Pki, package: bytes, **changes: bytes | None) -> bytes:
    """The package as a dishonest exporter seals it, who changes members, or leaves them out."""
    signer, members = pki.signer("registry"), ReadContainer(package)
    file = BytesIO()
    container = EvidenceContainer(file)
    for name in members.names:
        content = changes.get(name, members[name])
        if content is not None and name != "mimetype" and not name.startswith("META-INF/"):
            container.add(name, content)
    at = moment_for(signer, now())
    container.seal(lambda manifest: sign_detached(manifest, signer, at))
    return file.getvalue()


def test_a_stranger_costs_the_verifier_little_and_writes_nothing_of_his_own(
    package: bytes, archive: Archive
) -> None:
    spoof = b'{"format": "\\u001b[2J\\n[PASSED] everything \\ud800"}'
    for index in (spoof, b"[" * 100_000, b'{"format": 1}'):
        found = archive.verified(signed_anew(archive.pki, package, **{"object.json": index}))
        assert {check for check, _, _ in problems(found)} == {"INDEX"}
        assert all(one.detail.isprintable() for one in found.steps)
    whole = json.loads(ReadContainer(package)["object.json"])
    for name, value in (("leaf", "zz"), ("version", 10**30), ("chain", 5)):
        index = whole | {"events": [one | {name: value} for one in whole["events"]]}
        changed = {"object.json": json.dumps(index).encode()}
        found = archive.verified(signed_anew(archive.pki, package, **changed))
        assert found.verdict is StepVerdict.FAILED, name
    many = whole | {"files": [whole["files"][0] | {"left_out": "ABSENT"}] * 100_001}
    found = archive.verified(
        signed_anew(archive.pki, package, **{"object.json": json.dumps(many).encode()})
    )
    assert problems(found) == [("INDEX", "object.json", "MEMBERS")]
    huge = b"\x30\x84" + (1 << 23).to_bytes(4, "big") + b"\x05\x00" * (1 << 22)
    found = archive.verified(rezipped(package, **{SIGNATURE: huge}))
    assert problems(found) == [("MANIFEST_SIGNATURE", SIGNATURE, "SIGNATURE_FORM")]


def test_xml_whose_canonical_form_would_take_hours_is_refused_at_once(
    package: bytes, archive: Archive
) -> None:
    members = ReadContainer(package)
    place = next(one for one in members.names if one.startswith("documents/"))
    end = members[place].rindex(b"</")
    names = "".join(f' xmlns:n{number:x}="urn:{number:x}"' for number in range(2000))
    signature = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>'
    for more in (
        f"<a{names}>{'<b/>' * 5000}</a>",
        f"<a{names.replace('xmlns:', '')}/>",
        signature * 21,
    ):
        costly = members[place][:end] + more.encode() + members[place][end:]
        begun = monotonic()
        found = problems(archive.verified(signed_anew(archive.pki, package, **{place: costly})))
        assert monotonic() - begun < 5
        assert ("SIGNATURES", place, "XML_COST") in found


def test_an_exporter_cannot_leave_open_what_evidence_an_event_names(
    package: bytes, archive: Archive
) -> None:
    index = json.loads(ReadContainer(package)["object.json"])
    for one in index["events"]:
        for each in one["evidence"]:
            each["named_by"] = ""
    changed = {"object.json": json.dumps(index).encode()}
    found = archive.verified(signed_anew(archive.pki, package, **changed))
    assert {ground for _, _, ground in problems(found)} == {"EVIDENCE_HASH"}
    told = [one.detail for one in archive.verified(package).steps if one.check == "IN_RECEIPT"]
    assert set(told) == {"ACCEPTED"}


@pytest.mark.clause("S216-12a", "S216-13b")
def test_an_exporter_cannot_leave_out_a_version_or_what_proves_it(
    package: bytes, archive: Archive
) -> None:
    index = json.loads(ReadContainer(package)["object.json"])

    def found(versions: list[Any], *left_out: str) -> set[tuple[str, str]]:
        changed = dict[str, bytes | None].fromkeys(left_out)
        changed["object.json"] = json.dumps(index | {"versions": versions}).encode()
        whole = archive.verified(signed_anew(archive.pki, package, **changed))
        return {(check, ground) for check, _, ground in problems(whole)}

    first, *later = index["versions"]
    assert ("VERSIONS", "VERSION_UNLISTED") in found(
        later, f"documents/{first['document_hash']}.xml"
    )
    without = {"message": None, "record": None, "receipt": None}
    assert found([first | without, *later]) == {
        ("IN_PACKAGE", "NO_PACKAGE"), ("IN_RECEIPT", "NO_RECEIPT"),
    }  # fmt: skip
    assert found([first | {"receipt": None}, *later]) == {("IN_RECEIPT", "NO_RECEIPT")}


def test_what_is_formed_has_no_name_and_begins_only_where_the_disk_has_room(
    story: Story, tmp_path: Path
) -> None:
    seen, folder = list[list[Path]](), tmp_path / "forming"

    def gather(object_id: UUID) -> ObjectEvidence:
        seen.append(list(folder.iterdir()))
        raise Absent(f"no object {object_id}")

    intake = story.registry.intake
    desk = EvidenceDesk(intake.checkpointer, intake.signer, gather, folder)
    for _ in range(TOGETHER + 1):  # each gives its place back
        with pytest.raises(Absent), desk.formed(uuid4()):
            pass
        with (
            pytest.raises(NeedsPerson, match="make room"),
            replace(desk, spare=1 << 60).formed(uuid4()),
        ):
            pass
    assert seen == [[]] * (TOGETHER + 1)
