"""Format-logical control: the catalogue of rules, and those of a document alone (S216-A2.1.4).

Nothing here looks anything up; what needs the state of the Registry stands in its intake.
"""
