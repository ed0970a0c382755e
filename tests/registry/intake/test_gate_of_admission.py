"""The gate: each way not to be admitted is refused by a rule of its own, with its clause.

Real packages, signed by real keys, go through the schemes of the Registry.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from registry.app import open_registry
from registry.systems.system import Enter, StopSystem, SystemStopped
from shared_contracts.astana_time import now
from shared_contracts.messages.document import Environment
from shared_contracts.rules.catalogue import CATALOGUE
from tests.clauses import clause
from tests.pki import Pki
from tests.registry.conftest import SEZ, settings
from tests.registry.intake.test_accepted import accepted
from tests.story import PEER, Answer, Clock, Story

SOURCES = {
    "F-HDR-5": "S216-11c",
    "F-HDR-6": "S216-10",
    "I-11": "S216-10",
    "I-15": "S216-19",
    "I-17": "S216-A2.1.3",
    "I-18": "S95-18c",
    "I-19": "S216-A2.1.3",
    "I-20": "S216-11a",
}
"""The rules of the gate, each with the clause that it names."""


def entered(story: Story, **changes: Any) -> None:
    """The conditions of the system are others from now on."""
    story.registry.register.add(msgspec.structs.replace(SEZ, **changes))


def refused(answer: Answer, rule: str) -> str:
    """The English words of the one rule by which a package is refused; it is of that clause."""
    assert answer.outcome[0] == "REFUSED"
    assert answer.rules == [rule]
    assert CATALOGUE[rule].source == SOURCES[rule]
    return answer.receipt.findings[0].text.en or ""


@clause("S216-10")
def test_before_the_access_date_of_the_act_nothing_is_taken(story: Story) -> None:
    tomorrow = now().date() + timedelta(days=1)
    entered(story, access_date=tomorrow)
    assert str(tomorrow) in refused(story.tell(story.tender()), "F-HDR-6")
    entered(story, access_date=now().date())
    accepted(story.tell(story.tender()))


@clause("S216-10")
def test_a_system_that_no_act_entered_is_refused(story: Story) -> None:
    stranger = Story(story.registry, story.pki, story.clock, "SEZ77")
    assert "SEZ77" in refused(stranger.tell(stranger.tender()), "I-11")


@clause("S216-11a", "S216-A2.1.3")
def test_a_certificate_that_the_act_does_not_fix_is_refused(story: Story) -> None:
    entered(story, certificate_sha256="0" * 64)
    assert "0" * 64 in refused(story.tell(story.tender()), "I-17")
    own = hashlib.sha256(story.pki.signer("sez").certificates[0]).hexdigest()
    entered(story, certificate_sha256=own)
    accepted(story.tell(story.tender()))


@clause("S216-11a", "S216-19")
def test_a_certificate_of_the_connection_that_the_act_does_not_fix_is_refused(
    story: Story,
) -> None:
    entered(story, tls_certificate_sha256="1" * 64)
    assert "1" * 64 in refused(story.tell(story.tender()), "I-15")


@clause("S216-11a")
def test_an_address_that_the_act_does_not_fix_is_refused(story: Story) -> None:
    entered(story, networks=("198.51.100.0/28", "2001:db8::7"))
    words = refused(story.tell(story.tender()), "I-20")
    assert (PEER in words, "198.51.100.0/28, 2001:db8::7" in words) == (True, True)
    entered(story, networks=("192.0.2.0/27",))
    accepted(story.tell(story.tender()))
    body = accepted(story.tell(story.tender())).body
    assert story.deliver(body, peer=f"::ffff:{PEER}").receipt.findings == ()
    entered(story, networks=("::ffff:192.0.2.0/123",))
    accepted(story.tell(story.tender()))


@clause("S216-11c")
def test_a_purchase_on_other_conditions_than_those_of_its_announcement_is_refused(
    story: Story,
) -> None:
    first = story.sign(story.tender())
    accepted(story.tell(first))
    entered(story, conditions=(1,))
    other = story.own(story.tender(), conditions_version=2)
    words = refused(story.tell(other, contract_version="1.1"), "F-HDR-5")
    assert ("2" in words, "1" in words) == (True, True)
    assert CATALOGUE["F-HDR-5"].source == "S216-11c"


@contextmanager
def in_production(told: Story, trust: Path, stand: Path | None) -> Iterator[Story]:
    """The same Registry in production; an act entered the system."""
    known = told.registry.settings
    told.registry.close()
    production = replace(
        settings(told.pki, known.data, str(known.database_url)),
        environment=Environment.PRODUCTION,
        trust=trust,
        stand_trust=stand,
    )
    registry = open_registry(production, Clock())
    register = registry.register
    with register.log.locks([register.key(SEZ.code)]):
        taken = register.prepare(Enter(register.fact(SEZ), by_act=True), SEZ.code)
        register.log.append(taken.commit)
        register.took(taken)
    try:
        yield Story(registry, told.pki, registry.intake.clock)  # type: ignore[arg-type]
    finally:
        registry.close()


def profile(pki: Pki, *, foreign: bool) -> Path:
    """A trust profile for production: the same authority, or another one."""
    text = pki.trust.read_text("utf-8").replace('name = "test-pki"', 'name = "nuc-rk-prod"')
    name = "foreign" if foreign else "same"
    made = pki.trust.with_name(f"production-{name}.toml")
    if foreign:
        text = 'name = "nuc-rk-prod"\nanchors = ["foreign-ca.pem"]\n'
    made.write_text(f"production = true\n{text}", "utf-8")
    return made


def told_in_production(story: Story) -> Answer:
    """What is answered to a package for production."""
    document = story.own(story.tender(), environment=Environment.PRODUCTION)
    return story.tell(document, environment=Environment.PRODUCTION)


@clause("S216-A2.1.3", "S95-13.1")
@pytest.mark.parametrize("known", [True, False])
def test_a_key_of_the_stand_is_refused_in_production(story: Story, *, known: bool) -> None:
    stand = story.pki.trust if known else None
    with in_production(story, profile(story.pki, foreign=True), stand) as real:
        answer = told_in_production(real)
        if known:
            assert "stand" in refused(answer, "I-19")
        else:
            assert answer.rules == ["C-03"]


@clause("S216-10")
def test_in_production_the_system_of_an_act_transmits_under_its_own_key(story: Story) -> None:
    with in_production(story, profile(story.pki, foreign=False), None) as real:
        accepted(told_in_production(real))


def test_the_trust_of_the_stand_is_told_in_production_alone(story: Story) -> None:
    with pytest.raises(ValueError, match="REGISTRY_STAND_TRUST"):
        replace(story.registry.settings, stand_trust=story.pki.trust)


@clause("S95-18c")
def test_a_system_whose_synchronisation_was_stopped_is_refused(story: Story) -> None:
    register = story.registry.register
    stop = SystemStopped(
        code=SEZ.code,
        environment=Environment.STAND,
        admission_id=uuid4(),
        clause="S95-18c",
        ground="Параметры изменены",
        stopped_at=now(),
    )
    with register.log.locks([register.key(SEZ.code)]):
        taken = register.prepare(StopSystem(stop), SEZ.code)
        register.log.append(taken.commit)
        register.took(taken)
    assert "Параметры изменены" in refused(story.tell(story.tender()), "I-18")
