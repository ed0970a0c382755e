"""Whether those who sign a document may, asked before anything is signed (S216-3, S95-4)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sez.publication.checked_document import not_publishable
from sez.records.kind import AnyKind
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of
from shared_contracts.rules.signatures import not_by_each
from shared_contracts.signing.roles import ROLES, judge_role
from shared_contracts.signing.subject import subject_of


def check_each(
    own: AnyKind, document: Amendable, before: object, signers: Sequence[Sequence[bytes]]
) -> None:
    """``NotPublishable`` unless each of those who must has signed once, and nobody else."""
    kind = kind_of(document)
    if not kind.signed_by_each:
        return
    expected = kind.persons(document) or own.signed_for(before)
    root, subjects = type(document).__name__, [subject_of(chain[0]) for chain in signers]
    found = list(not_by_each(root, expected, [one.iin for one in subjects]))
    for number, subject in enumerate(subjects, 1):
        if subject.iin not in expected:
            roles = ", ".join(ROLES.get(role, role) for role in sorted(subject.roles))
            named = {"subject": subject.common_name or "", "roles": roles}
            named["expected"] = ", ".join(expected)
            found.append(Breach("C-07", f"/{root}/Signature[{number}]", subject.iin, named))
    if found:
        raise not_publishable(found)


def check_roles(signers: Iterable[Sequence[bytes]], document: Amendable, at: datetime) -> None:
    """``NotPublishable`` if a signer may not sign for anybody: the Registry would refuse it."""
    if found := list(of_roles(signers, document, at))[:1]:
        raise not_publishable(found)


def of_roles(
    signers: Iterable[Sequence[bytes]], document: Amendable, at: datetime
) -> Iterator[Breach]:
    """The signers who may not sign for anybody."""
    for number, chain in enumerate(signers, 1):
        subject = subject_of(chain[0])
        if judge_role(subject, kind_of(document).signed_as, at):
            path = f"/{type(document).__name__}/Signature[{number}]"
            roles = sorted(subject.roles)
            names = ", ".join(ROLES.get(role, role) for role in roles)
            named = {"subject": subject.common_name or "", "roles": names}
            yield Breach("C-06", path, ", ".join(roles), named)
