"""Who may transmit to this Registry, put together from its settings when it opens."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from registry.encryption.key_ring import KeyRing
from registry.intake.certificate import Admission
from registry.intake.verdict_log import Checker
from registry.settings import RegistrySettings
from registry.systems.register import Register
from shared_contracts.signing.trust import CertificateChecker, load_profile
from shared_contracts.signing.validation.revocation import HttpFetch


def open_admission(
    settings: RegistrySettings, checker: Checker, register: Register, ring: KeyRing
) -> Admission:
    """What is asked about signers (``TrustProfileError`` where the stand's cannot be read).

    In production a certificate that an authority of the stand issued is refused by a rule of its
    own; what the stand trusts is told by its trust profile.
    """
    admission = Admission(
        checker,
        register.get,
        stopped=register.stop_of,
        decipher=ring.decipher,
        ensure_enciphered=ring.ensure_enciphered,
    )
    if settings.stand_trust is None:
        return admission
    profile = load_profile(settings.stand_trust)
    stand = CertificateChecker(profile, HttpFetch(profile.limits))

    def of_stand(chain: Sequence[bytes], at: datetime) -> bool:
        return stand.comes_from_authority(chain, at)

    return replace(admission, of_stand=of_stand)
