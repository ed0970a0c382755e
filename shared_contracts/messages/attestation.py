"""A receipt that was signed under an earlier certificate is attested under the present one."""

from datetime import datetime
from uuid import UUID

from shared_contracts.messages.document import Environment, Part


class AttestReceipt(Part, frozen=True, kw_only=True):
    """The question of a SEZ whether the Registry issued exactly this receipt."""

    message_id: UUID
    sez_code: str
    environment: Environment
    package_hash: str
    receipt_sha256: str
    created_at: datetime


class ReceiptAttested(Part, frozen=True, kw_only=True):
    """The Registry's word that it issued exactly this receipt, and when."""

    message_id: UUID
    sez_code: str
    environment: Environment
    package_hash: str
    receipt_sha256: str
    issued_at: datetime
    attested_at: datetime
