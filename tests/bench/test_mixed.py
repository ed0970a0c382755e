"""The records of every kind, as the bench sends them and fills a log with them."""

import psycopg

from registry.kinds import KINDS
from shared_contracts.event_log.auditing.audit import audit
from tests.bench import mixed
from tests.bench.growth import accept
from tests.bench.history import fill, mixed_package
from tests.bench.intake import endpoint
from tests.bench.sender import FILES, Sender
from tests.story import Story


def test_packages_with_records_of_every_kind_are_accepted(story: Story) -> None:
    for file in FILES:
        story.put(file.content)
    sender = Sender(story.pki.signer("customer1-head"), story.pki.signer("sez"))
    handle = endpoint(story.registry)
    for _ in range(2):
        for message in mixed.messages(sender):
            accept(handle, message)


def test_a_filled_log_has_every_kind_and_follows_from_its_events(story: Story) -> None:
    fill(story.registry.log, 300, at_once=5, of=mixed_package)
    dsn = str(story.registry.settings.database_url)
    with psycopg.connect(dsn) as connection:
        found = connection.execute("SELECT DISTINCT kind FROM log.heads").fetchall()
    assert KINDS.keys() <= {kind for (kind,) in found}
    story.registry.follower.catch_up()
    told = [str(one) for one in audit(dsn).differences]
    assert [one for one in told if not one.startswith("evidence")] == []  # it is short
