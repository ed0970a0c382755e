"""The examination of a SEZ: the kit speaks to it as its Registry does."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from shared_contracts import astana_time
from shared_contracts.conformance.case import CaseBook, Deviation, ExaminedSide
from shared_contracts.conformance.relay import Relay
from shared_contracts.conformance.soap_exam import SoapExam
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.audit import AuditAnswer, AuditContent, AuditRequest
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.notice import Notice, NoticeKind
from shared_contracts.soap.services import SEZ, Service

T = TypeVar("T")

PAGES = 200
"""Most pages of one audit that the kit reads."""

TEXT = LocalizedText(kk="Сынақ хабарламасы", ru="Проверочное уведомление", en="A test notice")


@dataclass
class SezExam(SoapExam):
    """A SEZ, and what stands between it and the stand's Registry, where the kit does."""

    service: Service = SEZ
    relay: Relay | None = None

    def notice(self, **changes: Any) -> Notice:
        """A notice to the SEZ."""
        stated: dict[str, Any] = {
            "notice_id": uuid7(),
            "environment": self.environment,
            "sez_code": self.sez_code,
            "kind": NoticeKind.INFO,
            "subject": TEXT,
            "body": TEXT,
            "formed_at": astana_time.now(),
        }
        return Notice(**(stated | changes))

    def audit_request(self, content: AuditContent, **changes: Any) -> AuditRequest:
        """The first question of an audit, or another where ``changes`` say so."""
        stated = {
            "audit_id": uuid7(),
            "content": content,
            "ground": "Проверка соответствия",
            "ordered_by": "Сынақ жинағы",
        }
        return self.question(AuditRequest, **(stated | changes))

    def audited(self, content: AuditContent) -> Iterator[AuditAnswer]:
        """All pages of what an audit obtains, each bound to the position of the first."""
        place: dict[str, Any] = {"audit_id": uuid7()}
        for _ in range(PAGES):
            request = self.audit_request(content, **place)
            page = self.answer("Audit", request, AuditAnswer)
            if (page.audit_id, page.message_id) != (request.audit_id, request.message_id):
                raise Deviation("AuditAnswer to this question", "to another one")
            if page.position != place.get("position", page.position):
                raise Deviation(f"Position {place['position']}", f"Position {page.position}")
            yield page
            if not page.more:
                return
            place |= {
                "position": page.position,
                "after_position": page.reached_position,
                "after_object": page.reached_object,
            }
        raise Deviation(f"at most {PAGES} pages", "more of them")


SEZ_BOOK: CaseBook[SezExam] = CaseBook(ExaminedSide.SEZ)
"""The cases that examine a SEZ."""
