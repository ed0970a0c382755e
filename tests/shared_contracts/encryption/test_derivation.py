"""A key is made of a passphrase by a function of memory, and told right from wrong."""

import hashlib

import msgspec
import pytest

from shared_contracts.encryption.derivation import (
    check_of,
    derive,
    is_right,
    new_passphrase,
    new_salt,
)
from shared_contracts.encryption.parameters import ByArgon2id, ByScrypt, Derivation
from tests.clauses import clause

SALT = bytes(range(16))
SMALL = ByArgon2id(salt=SALT, memory_kib=19 * 1024, passes=2, lanes=1)


@clause("S95-15.1a", "S95-15.1b")
def test_scrypt_is_that_of_another_implementation_and_argon2id_a_fixed_vector() -> None:
    by = ByScrypt(salt=SALT, log2_n=14)
    other = hashlib.scrypt(b"open sesame", salt=SALT, n=2**14, r=8, p=1, dklen=32)
    assert derive(" open sesame\n", by) == other
    assert derive("open sesame", SMALL).hex() == ARGON2ID


ARGON2ID = "98bc236fcb95e62afaa1dc3c7e9a47d2f33758f93db3a4612b1a3ddea2b8ff59"


@clause("S95-15.1a")
def test_the_check_tells_a_right_key_from_a_wrong_one() -> None:
    key = derive(new_passphrase(), SMALL)
    assert is_right(key, check_of(key))
    assert not is_right(derive("another sentence", SMALL), check_of(key))
    assert check_of(key) not in key.hex()


def test_passphrases_and_salts_are_never_the_same() -> None:
    assert len({new_passphrase() for _ in range(50)} | {new_salt().hex() for _ in range(50)}) == 100
    assert len(new_passphrase().replace("-", "")) == 32


@clause("S95-15.1b")
@pytest.mark.parametrize(
    "told",
    [
        {"method": "ARGON2ID", "memory_kib": 1024},
        {"method": "ARGON2ID", "memory_kib": 1024 * 1024},
        {"method": "ARGON2ID", "passes": 1},
        {"method": "SCRYPT", "log2_n": 13},
        {"method": "SCRYPT", "log2_n": 19},
        {"method": "PBKDF2"},
    ],
)
def test_parameters_are_neither_weak_nor_dearer_than_a_bound(told: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"salt": "AAECAwQFBgcICQoLDA0ODw=="} | told, type=Derivation)
