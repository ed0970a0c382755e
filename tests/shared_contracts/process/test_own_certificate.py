"""A system's own certificate: nothing is signed outside its term, and its end is told before."""

from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from shared_contracts.astana_time import now
from shared_contracts.faults import CertificateNotInForce
from shared_contracts.process.own_certificate import WARNED, Ending, gauge
from shared_contracts.signing.note import sign_note
from shared_contracts.signing.sign import FileSigner, OwnSigner, sign_system, sign_system_fast
from tests.pki import Pki
from tests.sez.certificates import another
from tests.shared_contracts.signing.oracles import DOCUMENT, parse

pytestmark = pytest.mark.clause("S216-13b", "S216-18.7")
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ENDS = now().replace(microsecond=0) + 100 * DAY


class Own:
    """A system's signer whose clock stands at ``at``."""

    def __init__(self, pki: Pki, folder: Path) -> None:
        pair = another(pki, folder, ENDS)
        self.at = ENDS
        self.signer = OwnSigner(FileSigner(pair.key, pair.chain), lambda: self.at)


@pytest.fixture
def own(pki: Pki, tmp_path: Path) -> Own:
    """A signer until ``ENDS``."""
    return Own(pki, tmp_path)


def test_outside_its_term_a_system_signs_neither_messages_nor_checkpoints(own: Own) -> None:
    signer = own.signer
    for at in (ENDS + SECOND, signer.begins - SECOND):
        own.at = at
        for sign in (sign_system, sign_system_fast):
            with pytest.raises(CertificateNotInForce, match="Name one that is in force"):
                sign(parse(DOCUMENT), signer)
        with pytest.raises(CertificateNotInForce):
            sign_note(signer, b"note\n")
        with pytest.raises(CertificateNotInForce):
            signer.in_words()
    for at in (ENDS, signer.begins):
        own.at = at
        assert sign_system(parse(DOCUMENT), signer)
        assert "in force until" in signer.in_words()


def test_a_chain_ends_with_the_first_of_its_certificates(pki: Pki, tmp_path: Path) -> None:
    late = another(pki, tmp_path, now() + 30 * 365 * DAY)
    signer = OwnSigner(FileSigner(late.key, late.chain), now)
    assert signer.ends < now() + 11 * 365 * DAY


def test_the_end_is_told_once_a_day_from_thirty_days_before(own: Own) -> None:
    ending = Ending(own.signer)

    def told(before: timedelta) -> list[tuple[object, object]]:
        own.at = ENDS - before
        with structlog.testing.capture_logs() as lines:
            ending.tell()
            ending.tell()
        return [(line["log_level"], line["days"]) for line in lines]

    assert told(WARNED * DAY) == []
    assert told(WARNED * DAY - SECOND) == [("warning", 29)]
    assert told(WARNED * DAY - 2 * SECOND) == []
    assert told(28 * DAY + SECOND) == [("warning", 28)]
    assert told(SECOND) == [("warning", 0)]
    assert told(-SECOND) == [("error", -1)]


def test_a_figure_tells_how_long_the_certificate_is_in_force(own: Own) -> None:
    figure = gauge("sez", own.signer)
    own.at = ENDS - DAY
    assert (figure.name, figure.read()) == ("sez_certificate_seconds_left", 86400.0)
    own.at = ENDS + SECOND
    assert figure.read() == -1.0
