"""A kind that only a test knows: a notice on a site, of one version (the contract's side)."""

from collections.abc import Iterator

from shared_contracts.messages.document import Amendable, DocumentKind, Party
from shared_contracts.messages.kinds import RecordKind
from shared_contracts.rules import catalogue
from shared_contracts.rules.examine import Rules
from shared_contracts.rules.rule import Found, RuleBook

SITE_NOTICE = "SITE_NOTICE"
WORDING = {
    "stage": "FORMAT_LOGIC",
    "severity": "ERROR",
    "source": "S216-9.0",
    "text": {"kk": "Бос: {path}", "ru": "Пусто: {path}", "en": "Empty: {path}"},
    "cure": {"kk": "Толтырыңыз.", "ru": "Заполните.", "en": "Fill it in."},
}
catalogue.enter({"F-SITE-1": WORDING, "F-SITE-2": WORDING})
BOOK = RuleBook()


class SiteNotice(Amendable, frozen=True, kw_only=True):
    """A notice of a customer."""

    customer: Party
    heading: str


@BOOK.rule("F-SITE-1")
def notice_has_a_heading(notice: SiteNotice) -> Iterator[Found]:
    """A notice says what it is about."""
    if not notice.heading:
        yield Found("/SiteNotice/Heading")


KIND = RecordKind(
    object_type=SITE_NOTICE,
    roots=(SiteNotice,),
    first=(SiteNotice,),
    signed_as=DocumentKind.CONTRACT,
    signed_for=("customer.bin", "customer.iin"),
    rules=Rules.of(BOOK),
)
