"""Random histories over all kinds of record, between two processes (S216-18.1, S216-13a).

What the SEZ lets through the Registry accepts. What is unlawful the SEZ refuses before anything is
signed, and the Registry by the same rules where it is signed and sent past the SEZ; nothing
changes. In the end both have the same of every object, and views made anew are those that live.
"""

import os
import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import psycopg
import pytest

from deploy.outside_check import compare
from sez.soap.client import Connection, RegistryClient
from shared_contracts.messages.protocol import (
    RESULTS_PROTOCOL,
    REVIEW_PROTOCOL,
    SINGLE_SOURCE_PROTOCOL,
)
from tests.clauses import clause
from tests.histories import bidding, programmes, protocols, purchases
from tests.histories.past_the_sez import PastTheSez
from tests.histories.processes import Processes
from tests.journeys.stand import Reader, running_stand
from tests.pki import Pki
from tests.postgres import Databases

STEPS = int(os.environ.get("HISTORY_STEPS", "120"))
"""Steps of a history, lawful or not; a longer one is asked for by ``HISTORY_STEPS``."""
SEED = int(os.environ.get("HISTORY_SEED", "216"))
"""Which history is played; another is asked for by ``HISTORY_SEED``."""
SEEDS = int(os.environ.get("HISTORY_SEEDS", "1"))
"""How many are played, with one seed after another."""

BROKEN = 0.05
"""How often a version is signed that follows none."""

PURCHASES_KEPT = 5
"""Steps are taken with so many of the last purchases."""

Dsns: TypeAlias = tuple[str, str]
"""The stores of the Registry and of the SEZ."""

Steps: TypeAlias = list[tuple[float, purchases.Stepped]]
"""Steps, and how often each is taken."""

FIRST: Steps = [
    (2, purchases.announced),
    (1, purchases.announced_wrongly),
    (1, purchases.announced_after),
    (2, purchases.changed),
    (1, purchases.changed_wrongly),
    (1, purchases.documented),
    (1, purchases.extended),
    (0.7, purchases.ended("FAILED", "NO_BIDS")),
    (0.4, purchases.gone),
    (3, purchases.registered),
    (3, purchases.card_changed),
    (1, purchases.card_gone),
]
"""Steps with purchases, which the first conditions have, and suppliers, which they have not."""

OPENING = (
    purchases.announcing("OT", purchases.SHORT),
    purchases.announcing("EA", purchases.SHORT),
    purchases.announcing("OT", purchases.SHORT),
    purchases.announcing("SS", 0),
)
"""What the SEZ does first under the second conditions."""

ALL: Steps = [
    *FIRST,
    (0.4, purchases.ended("CANCELLED", "CUSTOMER")),
    (5, bidding.listed("sealed list", final=False)),
    (4, bidding.listed("final list", final=True)),
    (9, bidding.listed("opened list", final=True, price="10.00")),
    (2, bidding.listed("price in a list that goes on", final=False, price="10.00")),
    (3, bidding.list_gone),
    (3, bidding.taken),
    (1, bidding.taken_gone),
    (12, protocols.reviewed("review", lambda some: some)),
    (3, protocols.reviewed("review of fewer", lambda some: some[1:])),
    (2, protocols.reviewed("review of others", lambda some: [*map(protocols.other, some)])),
    (2, protocols.gone(REVIEW_PROTOCOL)),
    (15, protocols.summed_up("results", rightly=True)),
    (5, protocols.summed_up("results of others", rightly=False)),
    (2, protocols.gone(RESULTS_PROTOCOL)),
    (3, protocols.concluded),
    (2, protocols.gone(SINGLE_SOURCE_PROTOCOL)),
    (5, programmes.loaded),
    (1, programmes.loaded_wrongly),
    (8, programmes.changed),
    (2, programmes.gone),
]


@contextmanager
def history(
    seed: int, pki: Pki, databases: Databases, folder: Path
) -> Iterator[tuple[Processes, Dsns]]:
    """A SEZ of the first conditions and a Registry, in which nothing has happened yet."""
    with running_stand(pki, folder, databases) as stand, ExitStack() as stack:
        stand.start_registry()
        stand.enter_sez()
        client = RegistryClient(Connection(stand.registry_address, 20))
        stack.callback(client.close)
        dsns = (
            stand.registry_changes["REGISTRY_DATABASE_URL"],
            stand.sez_changes["SEZ_DATABASE_URL"],
        )
        theirs, ours = (stack.enter_context(psycopg.connect(dsn, autocommit=True)) for dsn in dsns)
        play = Processes(
            random.Random(seed),  # noqa: S311  # a history, no secret
            stand=stand,
            past=PastTheSez(pki, client, Reader.of(pki)),
            sez_store=ours,
            registry_store=theirs,
        )
        begin(play, 1)
        play.announce_first()
        yield play, dsns


def begin(play: Processes, conditions: int) -> None:
    """Start the SEZ, or once more, with these conditions."""
    if play.stand.is_running("sez"):
        play.stand.kill("sez")
    given = {**play.stand.sez_changes, "SEZ_CONDITIONS": str(conditions)}
    play.stand, play.conditions = replace(play.stand, sez_changes=given), conditions
    play.stand.start_sez()


def go(play: Processes, steps: Steps, count: int) -> None:
    """Take so many random steps."""
    weights = [weight for weight, _ in steps]
    for _ in range(count):
        [(_, kind)] = play.chance.choices(steps, weights)
        play.look()
        purchase = play.chance.choice(play.purchases[-PURCHASES_KEPT:])
        step = kind(play, purchase)
        if step is not None:
            play.take(step)
        if step is not None and play.chance.random() < BROKEN:
            play.break_the_chain(step)


@clause("S216-15", "S216-16", "S216-18.1", "S216-13a", "S216-11c")
@clause("S216-A3.1h", "S216-A3.1i", "S216-A3.1k")
@clause("S216-A3.1l", "S216-A3.1e", "S216-A3.1f", "S216-9.2", "S216-9.3", "S216-9.4", "S216-9.8")
@pytest.mark.parametrize("seed", range(SEED, SEED + SEEDS))
def test_what_a_sez_lets_through_is_recorded_and_nothing_else(
    seed: int, pki: Pki, databases: Databases, tmp_path: Path
) -> None:
    with history(seed, pki, databases, tmp_path) as (play, dsns):
        try:
            go(play, FIRST, STEPS // 6)
            begin(play, 2)
            for kind in OPENING:
                play.take(kind(play, play.purchases[0]))
            play.wait_for_the_end()
            go(play, ALL, STEPS - STEPS // 6)
            play.settle()
            play.equal()
        finally:
            sys.stdout.write(f"HISTORY_SEED={seed} HISTORY_STEPS={STEPS}: {play.told()}\n")
        assert play.taken.total() > STEPS / 8, play.told()
        assert play.passed_by.total() > STEPS / 8, play.told()
        play.stand.stop()
        found = compare(*dsns, "SEZ01")
        assert found.differences == []
        assert found.versions.total() > STEPS / 8
