"""The SEZ asks the Registry for classifiers: question, pages, editions (S216-A2.3.1, 4)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sez.records.owner import Owner
from shared_contracts.classifiers.edition import ClassifierEntry, Edition
from shared_contracts.counterpart import Counterpart, NotTheCounterpart, believe
from shared_contracts.messages.classifiers import (
    ClassifierCode,
    ClassifierPage,
    ClassifierRequest,
    KnownEdition,
)
from shared_contracts.signing.sign import Signer, sign_message


class ClassifierSource(Protocol):
    """The Registry as it is asked for classifiers; raises ``DeliveryProblem``."""

    def get_classifier(self, question: bytes) -> bytes:
        """Ask for a page; its bytes."""


@dataclass(frozen=True, slots=True)
class ClassifierQuestions:
    """Asks the Registry and believes its signed pages alone; safe for all threads."""

    owner: Owner
    counterpart: Counterpart
    source: ClassifierSource
    signer: Signer
    clock: Callable[[], datetime]

    def page(
        self,
        classifier: str,
        number: int = 1,
        *,
        edition: str | None = None,
        since: str | None = None,
    ) -> ClassifierPage:
        """A page of an edition, or of what changed in it ``since`` another.

        ``DeliveryProblem`` where the Registry does not give it, ``NotTheCounterpart`` if the answer
        is not the Registry's to this question.
        """
        request = ClassifierRequest(
            **self.owner.question_head(self.clock()),
            classifier=classifier,
            page=number,
            edition=edition,
            since_edition=since,
        )
        signed = sign_message(request, f"ask-{request.message_id}", self.signer)
        data = self.source.get_classifier(signed)
        page = believe(data, ClassifierPage, self.counterpart, self.clock())
        asked = (request.message_id, request.sez_code, classifier, number)
        if (page.message_id, page.sez_code, page.classifier, page.page) != asked:
            raise NotTheCounterpart(f"the page is none of {classifier} that was asked for")
        return page

    def edition(self, classifier: str, known: KnownEdition) -> Edition:
        """A whole edition, all its pages; ``NotTheCounterpart`` if it is not what was told."""
        codes = self._codes(classifier, known.name)
        entries = tuple(_entry(one) for one in codes)
        told = (classifier, known.name, known.effective_from)
        edition = Edition(*told, entries, known.supplement, source="Registry")
        if edition.sha256 != known.sha256:
            raise NotTheCounterpart(
                f"{classifier} {known.name!r} came with other rows ({edition.sha256}) than were "
                f"told ({known.sha256})"
            )
        return edition

    def _codes(self, classifier: str, name: str) -> Iterator[ClassifierCode]:
        first = self.page(classifier, edition=name)
        yield from first.codes
        for number in range(2, first.page_count + 1):
            yield from self.page(classifier, number, edition=name).codes


def _entry(code: ClassifierCode) -> ClassifierEntry:
    return ClassifierEntry(
        code=code.code,
        parent=code.parent_code,
        name_kk=code.name_kk,
        name_ru=code.name_ru,
        name_en=code.name_en,
        aliases=code.other_codes,
        valid_from=code.valid_from,
        valid_to=code.valid_to,
    )
