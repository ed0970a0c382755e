"""Lists of those who took the documentation, which the platform forms and signs (S216-A3.1f)."""

from shared_contracts.messages.document import Deletion, DocumentKind
from shared_contracts.messages.download_list import DOWNLOAD_LIST, DownloadList
from shared_contracts.messages.kinds import RecordKind
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules import download_list
from shared_contracts.rules.examine import Rules

KIND = RecordKind(
    object_type=DOWNLOAD_LIST,
    roots=(DownloadList, Deletion),
    first=(DownloadList,),
    signed_as=DocumentKind.SYSTEM,
    refers_to=(("purchase_id", PURCHASE),),
    rules=Rules.of(download_list.BOOK, formed=(download_list.FORMED,)),
)
"""The kind DOWNLOAD_LIST."""
