"""A change of a classifier is told by itself, in the transaction that records it (S216-A3.5a)."""

from datetime import date

from registry.classifiers.importer import Offered, Wish
from registry.notices import listing
from tests.clauses import clause
from tests.sez.notices.conftest import Told

UNITS = (
    "code,name_ru,name_kk,symbol_ru,symbol_int,unece_rec20,group\n999,новая,жаңа,нов,,,\n".encode()
)


@clause("S216-A3.5a", "S216-A2.5.0", "S216-17")
def test_an_import_and_a_withdrawal_of_an_edition_are_told_to_every_system(told: Told) -> None:
    store = told.systems.registry.classifier_store
    offered = Offered(
        "2026-X", date(2090, 1, 1), "units.csv", UNITS, supplement=True, wish=Wish(replace=True)
    )
    assert store.take("MKEI", offered).recorded
    assert not store.take("MKEI", offered).recorded
    store.withdraw("MKEI", "2026-X", "ошибка", Wish(replace=True))
    registry = told.systems.registry
    told.mail_until(lambda: not registry.mailing.queue.known)
    kept = [one.notice for one in reversed(told.received())]
    assert [one.kind.value for one in kept] == ["CLASSIFIER_CHANGED"] * 2
    changes = [one.classifier_change for one in kept]
    assert [(one.edition, one.withdrawn) for one in changes if one] == [
        ("2026-X", False),
        ("2026-X", True),
    ]
    assert all(one.changed_count >= 1 for one in changes if one)
    assert kept[0].subject.ru == "Новая редакция справочника MKEI"


@clause("S216-A3.5a")
def test_what_is_only_looked_at_is_told_to_nobody(told: Told) -> None:
    registry = told.systems.registry
    wish = Wish(check=True)
    offered = Offered("2026-X", date(2090, 1, 1), "units.csv", UNITS, supplement=True, wish=wish)
    registry.classifier_store.take("MKEI", offered)
    assert list(listing.notices(registry.log, registry.settings.environment, ["SEZ01"])) == []
