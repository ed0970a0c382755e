"""Codes of the five classifiers in documents, and whether they were in force (S216-17).

Both sides ask: the Registry of what came, a SEZ of what it is about to sign.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from shared_contracts.identifiers import is_kato, is_kpved, is_mkei
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.programme import PlannedItem, Programme
from shared_contracts.messages.purchase import Lot, Purchase
from shared_contracts.messages.supplier import SupplierCard
from shared_contracts.rules.rule import Found

FORMS: Mapping[str, Callable[[str], bool]] = {"KPVED": is_kpved, "KATO": is_kato, "MKEI": is_mkei}
"""Whether a code has the form of its classifier; of others the edition alone tells."""


class Codes(Protocol):
    """The classifiers with all their editions (S216-A4.1-5)."""

    def has(self, classifier: str, code: str, at: date) -> bool:
        """Whether ``code`` is in the edition in force on ``at``."""

    def edition(self, classifier: str, at: date) -> str:
        """The name of the edition in force on ``at``."""


class WrittenCode(NamedTuple):
    """A code with its classifier; from ``place`` its path is made, only if it is found wrong."""

    place: Any
    classifier: str
    code: str


def with_form(written: Iterable[WrittenCode]) -> Iterator[WrittenCode]:
    """What is written as a code of its classifier; the rest F-CLF-3 tells."""
    return (one for one in written if has_form(one.classifier, one.code))


def has_form(classifier: str, code: str) -> bool:
    """Whether ``code`` is written as one of its classifier."""
    return FORMS.get(classifier, bool)(code)


def not_in_force(
    codes: Codes,
    written: Iterable[WrittenCode],
    days: Sequence[date],
    path: Callable[[Any], str] = str,
) -> Iterator[Found]:
    """F-CLF-1: codes in force on none of ``days``, the first of which is that of forming."""
    formed, *others = dict.fromkeys(days)
    for place, classifier, code in written:
        if codes.has(classifier, code, formed):
            continue
        if has_form(classifier, code) and not any(codes.has(classifier, code, at) for at in others):
            edition = codes.edition(classifier, formed)
            named = {"classifier": classifier, "edition": edition, "at": formed.isoformat()}
            yield Found(path(place), code, named)


Place = tuple[int, int | None, str]
"""Of which part, at which of its places of delivery, in which element a code stands."""


def in_parts(parts: Iterable[Lot | PlannedItem]) -> Iterator[WrittenCode]:
    """Whatever stands in the place of a code in the lots of a purchase or items of a programme."""
    for number, part in enumerate(parts, 1):
        yield WrittenCode((number, None, "SkpCode"), "KPVED", part.skp_code)
        yield WrittenCode((number, None, "Unit"), "MKEI", part.unit)
        for index, place in enumerate(part.delivery_places, 1):
            yield WrittenCode((number, index, "Country"), "COUNTRIES", place.country)
            if place.kato is not None:
                yield WrittenCode((number, index, "Kato"), "KATO", place.kato)


def path_in_lots(place: Place) -> str:
    """The path of a code of a lot, or of one of its places of delivery."""
    return _path("/Purchase/Lots/Lot", place)


def path_in_items(place: Place) -> str:
    """The path of a code of an item of a programme, or of one of its places of delivery."""
    return _path("/Programme/Items/Item", place)


def _path(parts: str, place: Place) -> str:
    number, delivery, element = place
    within = "" if delivery is None else f"/DeliveryPlaces/DeliveryPlace[{delivery}]"
    return f"{parts}[{number}]{within}/{element}"


def of_purchase(document: Amendable) -> Iterator[WrittenCode]:
    """The codes of a document of a purchase by their paths; only the whole one has any."""
    if isinstance(document, Purchase):
        for place, classifier, code in in_parts(document.lots):
            yield WrittenCode(path_in_lots(place), classifier, code)


def of_programme(document: Amendable) -> Iterator[WrittenCode]:
    """The codes of a document of a programme by their paths; only the whole one has any."""
    if isinstance(document, Programme):
        for place, classifier, code in in_parts(document.items):
            yield WrittenCode(path_in_items(place), classifier, code)


def of_card(document: Amendable) -> Iterator[WrittenCode]:
    """The codes of a document of a supplier by their paths; only the card has any."""
    if not isinstance(document, SupplierCard):
        return
    for place, address in (
        ("LegalAddress", document.legal_address),
        ("ActualAddress", document.actual_address),
    ):
        if address is not None:
            yield WrittenCode(f"/SupplierCard/{place}/Country", "COUNTRIES", address.country)
            if address.kato is not None:
                yield WrittenCode(f"/SupplierCard/{place}/Kato", "KATO", address.kato)
    if document.opf is not None:
        yield WrittenCode("/SupplierCard/Opf", "KOPF", document.opf)
    if document.foreign_id is not None:
        country = document.foreign_id.country
        yield WrittenCode("/SupplierCard/ForeignId/Country", "COUNTRIES", country)
    for index, goods in enumerate(document.goods_records, 1):
        path = f"/SupplierCard/GoodsRecords/GoodsRecord[{index}]/SkpCode"
        yield WrittenCode(path, "KPVED", goods.skp_code)
