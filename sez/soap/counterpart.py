"""The Registry that the settings of this SEZ name: whose answers are believed (S216-A2.1.3)."""

from sez.settings import SezSettings
from shared_contracts.counterpart import Counterpart
from shared_contracts.signing.trust import CertificateChecker, ensure_fit_for, load_profile
from shared_contracts.signing.validation.revocation import HttpFetch
from shared_contracts.signing.validation.silent_authorities import Remembering


def pinned_registry(settings: SezSettings) -> Counterpart:
    """Whose answers are believed, by their authorities."""
    profile = load_profile(settings.trust)
    ensure_fit_for(profile, settings.environment)
    checker = CertificateChecker(profile, Remembering(HttpFetch(profile.limits)))
    return Counterpart(checker, settings.registry_bin, settings.registry_uid)
