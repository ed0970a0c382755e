"""What the operator decides, read once from the environment (``SEZ_…``)."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from shared_contracts.messages.document import Environment
from shared_contracts.messages.versions import FIRST_CONDITIONS, OF_CONDITIONS


class Asynchronous(StrEnum):
    """What leaves under a ticket, where the Registry has tickets (S216-18.1)."""

    NEVER = "never"
    """Nothing: every package waits for its answer."""

    AS_NEEDED = "as-needed"
    """What takes long to be judged, and everything while too much waits."""

    ALWAYS = "always"
    """Every package that may."""


@dataclass(frozen=True, slots=True)
class SezSettings:
    """All settings of an SEZ process; sizes in bytes, times in seconds.

    ``database_url`` names an outside PostgreSQL by the application's login, for which
    `sez migrate` made it ready; without it an embedded one is used.
    ``conditions`` are the newest conditions of synchronisation that the SEZ was given: new objects
    are announced under them (S216-11c).
    ``users`` is the folder with the keys of the users who sign here and of nobody else
    (``NAME.key.pem``, ``NAME.pem``). Users who sign elsewhere hand in their signed documents.
    ``asynchronous`` says what is sent under tickets, ``backlog`` how many versions wait before
    everything is.
    ``registry_ca`` is the authority behind the Registry's HTTPS, where it is not a public one;
    ``client_key`` and ``client_certificate`` are what the SEZ shows there (S216-19).
    """

    data: Path = Path(".run/sez")
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8402
    public_address: str = "http://127.0.0.1:8402"
    environment: Environment = Environment.STAND
    code: str = "SEZ01"
    conditions: int = FIRST_CONDITIONS
    registry: str = "http://127.0.0.1:8401"
    registry_bin: str = "990140000007"
    registry_uid: str = "1.2.398.5.216.1"
    trust: Path = Path(".run/authority/trust.toml")
    key: Path = Path(".run/authority/sez.key.pem")
    certificate: Path = Path(".run/authority/sez.pem")
    users: Path = Path(".run/users")
    tls_key: Path | None = None
    tls_certificate: Path | None = None
    connections: int = 1_000
    connections_per_peer: int = 600
    registry_ca: Path | None = None
    client_key: Path | None = None
    client_certificate: Path | None = None
    senders: int = 8
    asynchronous: Asynchronous = Asynchronous.AS_NEEDED
    backlog: int = 1_000
    body_timeout: float = 30.0
    call_timeout: float = 30.0
    first_pause: float = 0.5
    longest_pause: float = 300.0

    def __post_init__(self) -> None:
        """Refuse conditions that there are not, and a network without TLS (S216-18.6, S216-19)."""
        if self.conditions not in OF_CONDITIONS:
            known = " or ".join(map(str, OF_CONDITIONS))
            raise ValueError(f"SEZ_CONDITIONS={self.conditions}: {known} is wanted")
        loopback = self.host in {"127.0.0.1", "::1", "localhost"}
        if not loopback and not (self.tls_key and self.tls_certificate):
            raise ValueError(
                f"SEZ_HOST={self.host!r}: without SEZ_TLS_KEY and SEZ_TLS_CERTIFICATE "
                "only a loopback address may be bound"
            )
