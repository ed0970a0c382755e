"""Everything about a purchase leaves the Registry as one file that proves itself."""

import json
import subprocess
import sys
import sysconfig
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.verifier.build import build
from deploy.verifier.certificates import Answers
from deploy.verifier.checking import PackageCheck
from deploy.verifier.command import LANGUAGES, as_json
from deploy.verifier.container import MANIFEST, SIGNATURE, ReadContainer
from deploy.verifier.steps import Protocol, StepVerdict
from shared_contracts.http.api import bearer_token
from shared_contracts.messages.document import LocalizedText
from tests.registry.asking import Asker, asking
from tests.registry.intake.test_accepted import accepted, changed
from tests.story import Story

FOREIGN = ("cryptography", "cffi", "_cffi_backend", "pycparser", "lxml")
"""What the verifier needs beside the standard library."""


def exported(ask: Asker, registry_id: object) -> bytes:
    """The evidence package of an object."""
    response = ask("POST", f"/api/v1/evidence/{registry_id}")
    assert response.status_code == 200, response.text
    return response.content


def verified(data: bytes, anchors: bytes) -> Protocol:
    """What the verifier says of a package."""
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415

    return PackageCheck(data, Answers(load_pem_x509_certificates(anchors))).run()


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
def anchors(shared: Story) -> bytes:
    """The root that the archive trusts."""
    return (shared.pki.authority.folder / "ca.pem").read_bytes()


@pytest.mark.clause("S216-12a", "S216-13b")
def test_a_package_verifies_without_the_project(
    package: bytes, anchors: bytes, tmp_path: Path
) -> None:
    libraries = Path(sysconfig.get_paths()["purelib"])
    (tmp_path / "site").mkdir()
    for entry in libraries.iterdir():
        if entry.name.split(".")[0] in FOREIGN:
            (tmp_path / "site" / entry.name).symlink_to(entry)
    build(tmp_path / "verifier.pyz")
    (tmp_path / "package.asice").write_bytes(package)
    (tmp_path / "ca.pem").write_bytes(anchors)
    alone = (
        "import sys, runpy, importlib.util as u\n"
        f"sys.path.append({str(tmp_path / 'site')!r})\n"
        "assert not any(u.find_spec(n) for n in ('shared_contracts', 'registry', 'deploy'))\n"
        "sys.argv = ['verifier', 'package.asice', '--anchor', 'ca.pem', '--json']\n"
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
def test_one_changed_byte_is_found_and_named(package: bytes, anchors: bytes, data: Any) -> None:
    at = data.draw(st.integers(0, len(package) - 1))
    bit = data.draw(st.integers(1, 255))
    changed = package[:at] + bytes([package[at] ^ bit]) + package[at + 1 :]
    found = problems(verified(changed, anchors))
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


def test_a_changed_byte_in_any_member_is_named(package: bytes, anchors: bytes) -> None:
    members = ReadContainer(package)
    assert rezipped(package) == package
    for name in members.names:
        content = members[name]
        for at in {0, len(content) // 2, len(content) - 1}:
            changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
            found = problems(verified(rezipped(package, **{name: changed}), anchors))
            place = name if name not in {MANIFEST, SIGNATURE} else "META-INF/"
            assert any(place in told for _check, told, _ground in found), (name, at, found)


def test_each_byte_of_the_signature_and_of_the_structure_counts(
    package: bytes, anchors: bytes
) -> None:
    start = package.rindex(b"PK\x03\x04")
    for at in range(start, len(package)):
        changed = package[:at] + bytes([package[at] ^ 1]) + package[at + 1 :]
        assert problems(verified(changed, anchors)), at
    assert problems(verified(package + b"\0", anchors))
    assert problems(verified(package[:-1], anchors))
    assert problems(verified(b"\0" + package, anchors))


@pytest.mark.parametrize("part", ["documents/", "evidence/", "events/", "proofs/", "files/"])
def test_a_member_that_is_left_out_is_named(package: bytes, anchors: bytes, part: str) -> None:
    name = next(one for one in ReadContainer(package).names if one.startswith(part))
    found = problems(verified(rezipped(package, **{name: None}), anchors))
    assert found, name


def test_another_anchor_does_not_do(package: bytes, shared: Story) -> None:
    other = (shared.pki.authority.folder / "gost-root.pem").read_bytes()
    found = problems(verified(package, other))
    assert any(one == "CERTIFICATE" and at.startswith(SIGNATURE) for one, at, _ in found)


def test_no_stranger_has_a_package_made(story: Story, ask: Asker) -> None:
    path = f"/api/v1/evidence/{uuid4()}"
    assert ask("POST", path, headers={"Authorization": "Bearer x"}).status_code == 401
    assert ask("POST", path).status_code == 404
    assert bearer_token(story.registry.settings.data)


def test_what_is_told_is_told_in_three_languages(package: bytes, anchors: bytes) -> None:
    told = json.loads(as_json(verified(package, anchors)))
    assert told["kk"] != told["ru"] != told["en"]
