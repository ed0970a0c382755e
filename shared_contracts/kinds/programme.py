"""Purchase programmes: loaded, changed, deleted (S216-9.8, S216-A2.7, S216-A2.8)."""

from shared_contracts.messages.document import Deletion, DocumentKind
from shared_contracts.messages.kinds import TRANSFER, RecordKind
from shared_contracts.messages.programme import PROGRAMME, Programme
from shared_contracts.rules import codes, programme
from shared_contracts.rules.examine import Rules

LOAD = "LoadProgramme"
"""The operation of scheme 7, by which new programmes come (S216-A2.7)."""

KIND = RecordKind(
    object_type=PROGRAMME,
    roots=(Programme, Deletion),
    first=(Programme,),
    signed_as=DocumentKind.PROGRAMME,
    signed_for=("subsoil_user.bin", "subsoil_user.iin"),
    refers_to=(("medium_term_programme_id", PROGRAMME),),
    also_by=frozenset({LOAD}),
    operation=lambda document: TRANSFER if document.act.version > 1 else LOAD,
    codes=codes.of_programme,
    same=("subsoil_user.bin", "subsoil_user.iin", "kind", "year_from", "year_to"),
    rules=Rules.of(programme.BOOK),
)
"""The kind PROGRAMME."""
