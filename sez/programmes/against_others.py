"""A version of a programme against the one before it and others, as the Registry will see it.

(S216-9.8, S216-A2.1.4)
"""

from datetime import datetime

from sez.programmes.programme import SignedProgramme, State
from sez.records.kind import Related
from shared_contracts.faults import Breach
from shared_contracts.large_documents.apart import Apart
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of
from shared_contracts.messages.programme import PROGRAMME, Programme
from shared_contracts.rules.programme_course import RULES, ProgrammeCourse


def standing(programme: State) -> SignedProgramme | None:
    """A programme that is in force here."""
    return programme if isinstance(programme, SignedProgramme) else None


def examine_related(
    document: Amendable, programme: State, related: Related, at: datetime
) -> list[Breach]:
    """What the Registry would refuse of a version after the one before it, beside the others."""
    return _examined(document, programme, related, None, at)


def examine_large(
    document: Amendable, programme: State, related: Related, apart: Apart, at: datetime
) -> list[Breach]:
    """The same of a version whose items are kept apart."""
    return _examined(document, programme, related, apart, at)


def _examined(
    document: Amendable, programme: State, related: Related, apart: Apart | None, at: datetime
) -> list[Breach]:
    if not isinstance(document, Programme):
        return []
    others = related.get(PROGRAMME, {}).items()
    same = [str(one) for one, known in others if _is_same(document, known)]
    course = ProgrammeCourse(standing(programme), apart, next(iter(same), None))
    return RULES.examine(document, at, course)


def _is_same(document: Programme, known: SignedProgramme) -> bool:
    told = (known.subsoil_user, known.kind, str(known.year_from), str(known.year_to))
    return kind_of(document).sameness(document) == told
