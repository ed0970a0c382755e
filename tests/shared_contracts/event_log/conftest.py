"""What the eventsourcing library's own test cases need to run here."""

import sys

import eventsourcing.cryptography

# The library's test cases import its cipher over pycryptodome, which nothing here needs; its
# cipher over cryptography has the same name and form.
sys.modules.setdefault("eventsourcing.cipher", eventsourcing.cryptography)
