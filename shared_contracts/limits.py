"""The limits of the exchange contract, each written here and nowhere else (wire.md 5, 17).

The schemas in ``schemas`` repeat those that a reader of the XSD must know; a test compares them.
The hour of S216-18.3 has a date and stands with the rules (``rules.hour``).
"""

from typing import Final

MESSAGE_BYTES: Final = 16 * 1024 * 1024
"""Largest SOAP message, JSON body or file to be explained that is read."""

LIGHT_BYTES: Final = 64 * 1024
"""Largest SOAP message with a question that holds no document (``Service.light``)."""

DOCUMENT_BYTES: Final = 5 * 1024 * 1024
"""Largest business document within a record; a larger one travels as a file."""

FILE_BYTES: Final = 200 * 1024 * 1024
"""Largest file that is taken; a document that states a larger one is refused (F-DOC-9, I-16)."""

RECORDS: Final = 1000
"""Most records in a package."""

CLASSIFIER_CODES: Final = 1000
"""Codes on a page of a classifier; a page before the last is full."""
HELD_OBJECTS: Final = 250
"""Most objects in one question for changes."""

CHANGED_CODES: Final = 100
"""Most codes of one classifier that an answer to it lists; the rest is counted."""

CHANGED_ITEMS: Final = 1000
"""Most items of a programme that a question, its answer or a receipt names; the rest is counted."""

CHANGED_FIELDS: Final = 100
"""Most fields of a record that a receipt names; of a record with more, its root alone."""

AUDIT_CHECKSUMS: Final = 200
"""Most objects on a page of checksums."""

AUDIT_NODES: Final = 64
"""Most nodes of trees of checksums that one question asks for."""

AUDIT_BUCKETS: Final = 1000
"""Most objects that an answer tells of the buckets of a tree, and that one bucket may hold."""

AUDIT_CHANGES: Final = 50
"""Most versions on a page of changed objects; each names ``CHANGED_FIELDS`` values at most."""

AUDIT_EVENTS: Final = 500
"""Most entries on a page of the log of events, and positions looked through for one page."""

AUDIT_OBJECT_EVENTS: Final = 100
"""Most entries on a page about one object of an audit."""

AUDIT_OBJECT_BYTES: Final = 4 * 1024 * 1024
"""Bytes of documents after which such a page ends; each is of ``DOCUMENT_BYTES`` at most."""

AUDIT_VALUE: Final = 500
"""Longest value that is told of a changed property; of a longer one its SHA-256 is."""

LOTS: Final = 1000
"""Most lots in a purchase."""

PROGRAMME_ITEMS: Final = 100_000
"""Most items in a programme; those of a large one travel as a file (S216-18.5)."""

FINDINGS: Final = 500
"""Most findings in a receipt, and errors of the schema that are told; the rest is counted."""

NAME: Final = 500
"""Most characters in a name, and in any other short text (``x:Name``)."""
