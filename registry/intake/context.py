"""What the intake works with: the log, the keys, the register, the clock."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event as Signal

from registry.exclusions.exclusions import Exclusions
from registry.intake.certificate import Admission
from registry.intake.content_report import Examined
from registry.intake.figures import IntakeFigures
from registry.intake.gate import IntakeGate
from registry.intake.listed import Listed
from registry.intake.participants import Participants
from registry.intake.revocation_queries import RevocationQueries
from registry.intake.supplier_question import QuestionBudget
from registry.messages import message
from registry.records.kind import AnyKind
from registry.strangers.listing import Arrivals
from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.decider import AggregateState, ObjectKind
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.messages.document import Environment
from shared_contracts.rules.codes import Codes
from shared_contracts.signing.sign import OwnSigner
from shared_contracts.xml.codec import Element

MESSAGE: ObjectKind[message.State] = ObjectKind(
    "MESSAGE", message.UnseenMessage(), message.evolve, message.State
)
"""Messages of proven senders, by messageId."""


@dataclass(frozen=True, slots=True)
class IntakeContext:
    """Everything the intake needs, given by the app.

    ``kinds`` are those of record, ``gate`` permits dear work, ``revocation_queries`` asks
    authorities; ``examine`` reports on a package alone, given its message and peer,
    ``examine_unopened`` the same on a plain message that holds one, or None, given how many others
    are under way and the peer, ``examine_large`` on one with large documents, which the others put
    off, given how often its examination was ended before; ``size_of`` gives the bytes of a kept
    file by its SHA-256, or None;
    ``want`` remembers which files were asked for; ``codes`` gives the classifiers, ``listed`` what
    the listings tell of other objects, ``participants`` who of some numbers is one,
    ``exclusions`` to whom of them the purchasing rules do not apply,
    ``checkpointer`` the newest signed checkpoint of the log, ``figures`` counts, ``questions``
    bounds how many queries of a system are recorded, ``ticketed`` wakes who judges packages under
    tickets.
    """

    environment: Environment
    kinds: Mapping[str, AnyKind]
    log: EventLog
    signer: OwnSigner
    exclusions: Exclusions
    admission: Admission
    codes: Callable[[], Codes]
    gate: IntakeGate
    revocation_queries: RevocationQueries
    examine: Callable[[Element, bytes, str], Examined]
    examine_unopened: Callable[[bytes, int, str], Examined | None]
    examine_large: Callable[[bytes, int], Examined]
    size_of: Callable[[str], int | None]
    want: Callable[[Iterable[str]], None]
    listed: Listed
    participants: Participants
    arrivals: Arrivals
    checkpointer: Checkpointer
    clock: Callable[[], datetime]
    figures: IntakeFigures = field(default_factory=IntakeFigures)
    questions: QuestionBudget = field(default_factory=QuestionBudget)
    ticketed: Signal = field(default_factory=Signal)

    def receipt_of(self, answered: AggregateState[message.State]) -> bytes:
        """The receipt once issued for a message, byte for byte."""
        stream = self.log.stream(answered.originator_id, after_version=answered.version - 1)
        found = proven_evidence(self.log, stream, "receipt", message.issued)
        if found is None:
            raise LookupError(f"no receipt beside message {answered.key.object_id}")
        self.figures.repeated()
        return found
