"""The columns of the tables that the command ``sez`` shows: heading and field."""

EDITIONS = (
    ("classifier", "classifier"),
    ("edition", "name"),
    ("in force from", "effective_from"),
    ("supplement", "supplement"),
    ("SHA-256", "sha256"),
)
ENCRYPTION_KEYS = (
    ("number", "parameters.number"),
    ("in force", "in_force"),
    ("since", "parameters.valid_from"),
    ("method", "parameters.derivation.method"),
    ("problem", "problem"),
)
ANSWERS = (
    ("number", "number"),
    ("answered at", "answer.answered_at"),
    ("result", "answer.result"),
    ("objects", "answer.objects"),
    ("lacking", "answer.lacking"),
    ("classifiers", "answer.classifiers"),
)
NOTICES = (
    ("notice", "notice_id"),
    ("kind", "kind"),
    ("title", "title"),
    ("formed at", "formed_at"),
    ("received at", "received_at"),
    ("works from", "works.begins_at"),
    ("works until", "works.ends_at"),
)
QUESTIONS = (
    ("object", "object_id"),
    ("version", "version"),
    ("times", "times"),
    ("why no answer", "why"),
)
TICKETS = (
    ("package", "message_id"),
    ("number", "sequence"),
    ("ticket", "ticket_id"),
    ("formed at", "formed_at"),
    ("waits for", "ticket_cause"),
    ("held", "ticket_held"),
    ("tried", "attempts"),
    ("not delivered", "last_reason"),
)
VERSIONS = (
    ("tender", "object_id"),
    ("version", "version"),
    ("state", "state"),
    ("condition", "condition.name"),
    ("cure", "condition.cure"),
    ("formed at", "formed_at"),
    ("seconds left", "seconds_left"),
    ("package", "message_id"),
    ("tried", "attempts"),
    ("not delivered", "last_reason"),
    ("why", "findings"),
)
EVENT_LOG = (
    ("position", "position"),
    ("recorded at", "recorded_at"),
    ("action", "action"),
    ("actor", "actor"),
    ("address", "address"),
    ("object", "object_id"),
    ("version", "version"),
    ("outcome", "outcome"),
)
