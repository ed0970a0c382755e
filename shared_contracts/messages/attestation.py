"""A receipt that was signed under an earlier certificate is attested under the present one."""

from datetime import datetime

from shared_contracts.messages.system_message import SystemMessage


class AttestReceipt(SystemMessage, frozen=True, kw_only=True):
    """The question of a SEZ whether the Registry issued exactly this receipt."""

    package_hash: str
    receipt_sha256: str
    created_at: datetime


class ReceiptAttested(SystemMessage, frozen=True, kw_only=True):
    """The Registry's word that it issued exactly this receipt, and when."""

    package_hash: str
    receipt_sha256: str
    issued_at: datetime
    attested_at: datetime
