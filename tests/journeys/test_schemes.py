"""Schemes of annex 2 between two processes: the chapters of the demonstration, one by one.

A chapter says itself what it expects and fails where it is not so (``Defect``).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.story import (
    audits,
    classifiers,
    exchange,
    programmes,
    purchases,
    refusals,
    suppliers,
)
from deploy.story.player import Player
from deploy.transcript import Transcript
from tests.clauses import clause
from tests.journeys.stand import running_stand
from tests.pki import Pki
from tests.postgres import Databases


@pytest.fixture(scope="module")
def player(
    pki: Pki, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Player]:
    """Who plays chapters on a stand of two processes, on which a tender was announced."""
    folder: Path = tmp_path_factory.mktemp("schemes")
    with running_stand(pki, folder, databases) as stand:
        stand.start_registry()
        stand.enter_sez()
        stand.start_sez()
        player = Player(stand, Transcript(folder / "transcript.md"), folder)
        purchases.tender_is_announced(player)
        yield player


@clause("S216-A2.1.0", "S216-A2.1.1", "S216-A2.1.7", "S216-A2.1.8", "S216-A3.1b", "S216-A3.1c")
def test_scheme_1_records_and_refuses(player: Player) -> None:
    purchases.documentation_changes(player)
    purchases.tender_is_extended(player)
    refusals.revoked_signer_is_refused(player)


@clause("S216-A2.3.0", "S216-A2.3.1", "S216-A2.3.2", "S216-A2.3.4", "S216-A3.2a")
def test_scheme_3_copies_classifiers(player: Player) -> None:
    classifiers.classifiers_are_imported_and_copied(player)


@clause(
    "S216-A2.4.0",
    "S216-A2.4.1",
    "S216-A2.4.2",
    "S216-A2.4.3",
    "S216-A2.4.4",
    "S216-A2.4.5",
    "S216-A2.4.6",
    "S216-A2.4.7",
    "S216-A2.4.8",
    "S216-A2.4.9",
    "S216-A2.4.10",
    "S216-A3.2b",
    "S216-A3.4",
)
def test_scheme_4_finds_and_chooses_a_supplier(player: Player) -> None:
    suppliers.suppliers_are_registered(player)
    suppliers.supplier_is_found_and_chosen(player)


@clause("S216-A2.2.0", "S216-A2.2.1", "S216-A2.2.2", "S216-A2.2.3", "S216-A2.2.7", "S216-A3.2a")
def test_scheme_2_asks_what_is_to_be_added(player: Player) -> None:
    exchange.changes_are_asked_for(player)


@clause("S216-A2.5.0", "S216-A2.5.1", "S216-A2.5.2", "S216-A3.5b", "S216-18.4")
def test_scheme_5_tells_of_works(player: Player) -> None:
    exchange.works_are_announced(player)


@clause(
    "S216-A2.6.1",
    "S216-A2.6.2",
    "S216-A3.6a",
    "S216-A3.6b",
    "S216-A3.6c",
    "S216-12a",
    "S216-12b",
)
def test_scheme_6_audits_the_sez_and_finds_what_was_altered(player: Player) -> None:
    audits.sez_is_audited(player)
    audits.altered_document_is_found(player)


@clause("S216-A2.7.0", "S216-A2.7.1", "S216-A2.7.5", "S216-A2.7.6")
def test_scheme_7_loads_programmes(player: Player) -> None:
    programmes.programmes_are_loaded(player)


@clause(
    "S216-A2.8.0",
    "S216-A2.8.1",
    "S216-A2.8.2",
    "S216-A2.8.4",
    "S216-A2.8.5",
    "S216-A2.8.6",
    "S216-A2.8.7",
)
def test_scheme_8_changes_a_programme(player: Player) -> None:
    programmes.programme_is_changed(player)
