"""Scheme 4 from the SEZ's side: ask, supplement, take the list, let a person choose (S216-A2.4)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from sez.publication.publisher import AnyState, DocumentPublisher
from sez.publication.questions import Questions, sha256
from sez.suppliers.committed import question_named
from sez.suppliers.events import AskAbout, ChooseCard, TakeAnswer
from sez.suppliers.states import QueriedCard, UnsignedCard
from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.messages.supplier import ForeignId
from shared_contracts.messages.supplier_query import (
    SupplierCheck,
    SupplierCheckResult,
    SupplierQuery,
    SupplierQueryResult,
)


class Criteria(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By what a supplier is looked for; without any, by the number of the draft."""

    bin: str | None = None
    iin: str | None = None
    foreign_id: ForeignId | None = None
    name_fragment: str | None = None
    kato: str | None = None
    opf: str | None = None


@dataclass(frozen=True, slots=True)
class Querying:
    """Asks the Registry about suppliers; every step is an event of the supplier it is about."""

    publisher: DocumentPublisher
    questions: Questions

    def query(self, object_id: UUID, criteria: Criteria) -> AnyState:
        """Steps 1 to 5: ask, and take the answer; where the supplier stands then.

        A question that was not answered is put again as it was, so that it is answered once. The
        supplier is not held while the Registry is asked; ``RefusedByRule`` for a second question
        about it meanwhile.
        """
        asking = self.publisher.log.try_lock(("question", self.publisher.key(object_id)))
        if asking is None:
            raise RefusedByRule(
                "the Registry is being asked about this supplier: wait for its answer, which this "
                "supplier then shows, before you ask again"
            )
        with asking:
            return self._taken(object_id, *self._question(object_id, criteria))

    def choose(self, object_id: UUID, registry_id: UUID | None, chosen_by: str) -> AnyState:
        """Step 6: a person chooses from the list, or says that none of it suits."""
        with self.publisher.log.locks([self.publisher.key(object_id)]):
            at = self.publisher.current_state(object_id)
            choice = ChooseCard(object_id, registry_id, chosen_by, self.publisher.clock())
            return self._append(at, choice, None)

    def check(self, criteria: Criteria) -> SupplierCheckResult:
        """Whether a supplier is on record (S216-A3.2b)."""
        numbers = {name: getattr(criteria, name) for name in ("bin", "iin", "foreign_id")}
        question = SupplierCheck(**self._head(), **numbers)
        body = self.questions.signed(question, f"check-{question.message_id}")
        answer, _data = self.questions.put(body, "CheckSupplier", SupplierCheckResult)
        if answer.message_id != question.message_id:
            raise NotTheCounterpart(f"it answers {answer.message_id}")
        return answer

    def _head(self) -> dict[str, Any]:
        return self.questions.owner.question_head(self.publisher.clock())

    def _question(self, object_id: UUID, criteria: Criteria) -> tuple[UUID, bytes]:
        """The id and the signed bytes of the question, which stands on record by then."""
        with self.publisher.log.locks([self.publisher.key(object_id)]):
            at = self.publisher.current_state(object_id)
            if not isinstance(at.state, UnsignedCard):
                raise RefusedByRule(f"a supplier that is {at.state.status} is not asked about")
            if criteria == Criteria():
                if isinstance(at.state, QueriedCard):
                    return at.state.query.message_id, self._kept(at)
                card = at.state.document
                criteria = Criteria(bin=card.bin, iin=card.iin, foreign_id=card.foreign_id)
            query = SupplierQuery(**self._head(), **_given(criteria))
            body = self.questions.signed(query, f"query-{query.message_id}")
            asked = AskAbout(object_id, query, sha256(body), self.publisher.clock())
            self._append(at, asked, ("query", body))
            return query.message_id, body

    def _taken(self, object_id: UUID, query_id: UUID, body: bytes) -> AnyState:
        """The state after the answer, which is kept beside its event."""
        answer, data = self.questions.put(body, "QuerySupplier", SupplierQueryResult)
        if answer.message_id != query_id:
            raise NotTheCounterpart(f"it answers {answer.message_id}")
        with self.publisher.log.locks([self.publisher.key(object_id)]):
            taken = TakeAnswer(object_id, answer, sha256(data), self.publisher.clock())
            at = self.publisher.current_state(object_id)
            return self._append(at, taken, ("answer", data))

    def _kept(self, at: AnyState) -> bytes:
        """The question that waits for its answer, as it was signed."""
        stream = self.publisher.log.stream(at.originator_id, after_version=at.version - 1)
        body = proven_evidence(self.publisher.log, stream, "query", question_named)
        if body is None:
            raise LookupError(f"no question beside supplier {at.key.object_id}")
        return body

    def _append(self, at: AnyState, command: object, named: tuple[str, bytes] | None) -> AnyState:
        events = self.publisher.kind.decide(at.state, command)
        facts, following = at.facts(events), at.after(events)
        place = (facts[0].originator_id, facts[0].version)
        evidence = () if named is None else (Evidence(*place, *named),)
        self.publisher.log.append(Commit(facts, (following.head(),), evidence))
        return following


def _given(criteria: Criteria) -> dict[str, Any]:
    return {name: getattr(criteria, name) for name in Criteria.__struct_fields__}
