"""Settings are read from the environment; what does not fit is named with its cure."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import registry.settings
import sez.settings
from shared_contracts.messages.document import Environment
from shared_contracts.process.configuration import read

BOTH = [("REGISTRY", registry.settings.RegistrySettings), ("SEZ", sez.settings.SezSettings)]


@dataclass(frozen=True)
class Settings:
    """Some settings."""

    data: Path = Path("here")
    port: int = 1
    pause: float = 0.5
    url: str | None = None
    strict: bool = True
    environment: Environment = Environment.STAND


def test_what_is_not_given_keeps_its_default() -> None:
    assert read(Settings, "X", {}) == Settings()
    assert read(Settings, "X", {"X_PORT": "", "PORT": "7", "Y_PORT": "8"}) == Settings()


@pytest.mark.parametrize(
    ("text", "wanted"), [("false", False), ("0", False), ("true", True), ("1", True)]
)
def test_a_setting_of_yes_or_no_is_read_by_its_word_and_not_by_its_being_there(
    text: str,
    wanted: object,
) -> None:
    assert read(Settings, "X", {"X_STRICT": text}).strict is wanted


def test_what_is_given_becomes_what_it_should_be() -> None:
    given = {"X_DATA": "there", "X_PORT": "8401", "X_PAUSE": "2.5", "X_URL": "postgresql://db"}
    wanted = Settings(
        Path("there"), 8401, 2.5, "postgresql://db", environment=Environment.PRODUCTION
    )
    assert read(Settings, "X", given | {"X_ENVIRONMENT": "PRODUCTION"}) == wanted


@pytest.mark.parametrize(
    ("variable", "text", "wanted"),
    [
        ("X_PORT", "eight", "a whole number"),
        ("X_PAUSE", "long", "a number"),
        ("X_PAUSE", "nan", "a number"),
        ("X_STRICT", "perhaps", "true or false"),
        ("X_ENVIRONMENT", "TEST", "PRODUCTION or STAND"),
    ],
)
def test_what_does_not_fit_is_named_with_its_value_and_what_is_wanted(
    variable: str, text: str, wanted: str
) -> None:
    with pytest.raises(ValueError, match=rf"{variable}='{text}': {wanted} is wanted"):
        read(Settings, "X", {variable: text})


@pytest.mark.clause("S216-18.6", "S216-19")
@pytest.mark.parametrize(("prefix", "kind"), BOTH)
def test_without_tls_no_system_listens_beyond_the_machine(prefix: str, kind: type[Any]) -> None:
    with pytest.raises(ValueError, match=f"{prefix}_TLS_KEY and {prefix}_TLS_CERTIFICATE"):
        read(kind, prefix, {f"{prefix}_HOST": "0.0.0.0"})  # noqa: S104  # refused is what it shall be
    for host in ("127.0.0.1", "::1", "localhost"):
        assert read(kind, prefix, {f"{prefix}_HOST": host}).host == host
    tls = {f"{prefix}_TLS_KEY": "key.pem", f"{prefix}_TLS_CERTIFICATE": "chain.pem"}
    beyond = read(kind, prefix, {f"{prefix}_HOST": "0.0.0.0", **tls})  # noqa: S104  # with TLS it may
    assert beyond.tls_key == Path("key.pem")
