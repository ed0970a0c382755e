"""Users sign by name; a record names the person as the certificate does."""

from pathlib import Path

import pytest

from sez.publication.signers import Users, formed_by, party
from shared_contracts.errors import BadInput
from shared_contracts.signing.subject import subject_of
from tests.pki import Pki


@pytest.mark.parametrize(
    "name", ["nobody", "", "..", "../authority/sez", "customer1-head.key", "a/b"]
)
def test_only_a_known_user_signs(pki: Pki, name: str) -> None:
    with pytest.raises(BadInput, match="signs here"):
        Users(pki.authority.folder).signer(name)


def test_a_user_keeps_his_signer(pki: Pki) -> None:
    users = Users(pki.authority.folder)
    assert users.signer("customer1-head") is users.signer("customer1-head")


def test_where_there_is_no_folder_nobody_signs(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        Users(tmp_path / "absent").signer("customer1-head")


def test_an_organisation_is_named_by_its_bin_and_a_person_by_the_iin(pki: Pki) -> None:
    head = subject_of(pki.signer("customer1-head").certificates[0])
    person = subject_of(pki.signer("person").certificates[0])
    assert (party(head).bin, party(head).iin) == ("050240015330", None)
    assert (party(person).bin, party(person).iin) == (None, "880616402757")
    assert formed_by(head).iin == "800314300212"
