"""What a version of an object changed against the last whole one before it (S216-12d)."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from shared_contracts.messages.document import Amendable
from shared_contracts.messages.forms import values_within
from shared_contracts.messages.kinds import kind_of


class Alteration(NamedTuple):
    """A path in a document, with the value before and the value now; None for none."""

    path: str
    old: object | None = None
    new: object | None = None


def is_whole(document: Amendable) -> bool:
    """Whether a document states the whole of its object."""
    return isinstance(document, kind_of(document).whole)


def last_whole(documents: Iterable[Amendable]) -> Amendable | None:
    """The last of some versions of an object that states the whole of it, or None."""
    found = None
    for document in documents:
        found = document if is_whole(document) else found
    return found


def differences(document: Amendable, before: Amendable | None) -> Iterator[Alteration]:
    """What ``document`` changed; its act, which every version has anew, is left out.

    One that states a part changes what it states. Where nothing was before, the root stands for
    all.
    """
    root = f"/{type(document).__name__}"
    stated = dict(values_within(document, root))
    known = dict(values_within(before, root)) if before is not None else {}
    if is_whole(document) and before is None:
        yield Alteration(root)
        return
    if not is_whole(document):
        known = {}
    for path in known | stated:
        old, new = known.get(path), stated.get(path)
        if old != new and not path.startswith(f"{root}/Act/"):
            yield Alteration(path, old, new)
