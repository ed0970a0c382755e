"""The columns of the tables that the command ``registry`` shows: heading and field."""

EVENTS = (("position", "position"), ("recorded at", "recorded_at"), ("topic", "topic"))
ADMISSION_EVENTS = (*EVENTS, ("actor", "actor"))
PUNCTUALITY = (
    ("system", "sez_code"),
    ("versions", "versions"),
    ("late", "late"),
    ("excused", "excused"),
    ("median, s", "median_seconds"),
    ("longest, s", "longest_seconds"),
)
LATE = (
    ("purchase", "registry_id"),
    ("version", "version"),
    ("formed at", "formed_at"),
    ("received at", "received_at"),
    ("seconds", "seconds"),
    ("excused", "excused"),
)
NOTICES = (
    ("notice", "notice_id"),
    ("system", "sez_code"),
    ("kind", "kind"),
    ("title", "subject"),
    ("formed at", "formed_at"),
    ("status", "status"),
    ("tried", "attempts"),
    ("not delivered", "reason"),
    ("taken at", "taken_at"),
)
PUSHES = (
    ("ticket", "ticket_id"),
    ("package", "message_id"),
    ("status", "status"),
    ("tried", "attempts"),
    ("not delivered", "reason"),
    ("why", "detail"),
)
TICKETS = (
    ("ticket", "ticket_id"),
    ("message", "message_id"),
    ("received at", "received_at"),
    ("bytes", "size"),
    ("status", "status"),
    ("put off by", "cause"),
)
SYSTEMS = (
    ("code", "code"),
    ("name", "name"),
    ("BIN", "bin"),
    ("UID", "system_uid"),
    ("endpoint", "endpoint"),
    ("networks", "networks"),
    ("access from", "access_date"),
    ("conditions", "conditions"),
    ("sectors", "sectors"),
)
EXCLUSIONS = (
    ("customer", "number"),
    ("ground", "ground"),
    ("since", "since"),
    ("until", "until"),
    ("basis", "basis"),
)
AUDITS = (
    ("audit", "audit_id"),
    ("system", "sez_code"),
    ("ordered at", "ordered_at"),
    ("status", "status"),
    ("outcome", "outcome"),
    ("differences", "found"),
)
PURCHASES = (
    ("purchase", "registry_id"),
    ("system", "sez_code"),
    ("code", "purchase_code"),
    ("name", "name"),
    ("customer", "customer"),
    ("status", "status"),
    ("bids until", "bids_to"),
    ("planned", "planned_total"),
    ("version", "version"),
)
PROTOCOLS = (
    ("protocol", "registry_id"),
    ("system", "sez_code"),
    ("number", "protocol_number"),
    ("drawn up", "protocol_date"),
    ("purchase", "purchase_id"),
    ("status", "status"),
    ("version", "version"),
)
PROGRAMMES = (
    ("programme", "registry_id"),
    ("system", "sez_code"),
    ("kind", "kind"),
    ("from year", "year_from"),
    ("to year", "year_to"),
    ("customer", "customer"),
    ("name", "name"),
    ("items", "items"),
    ("planned", "total"),
    ("status", "status"),
    ("version", "version"),
)
PROGRAMME_ITEMS = (
    ("item", "number"),
    ("position", "place"),
    ("subject", "subject_type"),
    ("code", "skp_code"),
    ("name", "name"),
    ("method", "method"),
    ("planned", "amount"),
)
EDITIONS = (
    ("classifier", "classifier"),
    ("edition", "edition"),
    ("in force from", "effective_from"),
    ("entries", "entries"),
    ("supplement", "supplement"),
    ("withdrawn", "withdrawn"),
    ("source", "source"),
    ("SHA-256", "sha256"),
)
SUPPLIERS = (
    ("supplier", "registry_id"),
    ("system", "sez_code"),
    ("number", "number"),
    ("name", "name_ru"),
    ("producer", "producer"),
    ("standing", "standing"),
    ("status", "status"),
    ("version", "version"),
)
PRODUCERS = (
    ("code", "skp_code"),
    ("producer", "producer"),
    ("name", "name"),
    ("paper", "paper"),
    ("number", "paper_number"),
    ("valid to", "valid_to"),
    ("in-country value, %", "local_content_percent"),
)
FINDINGS = (
    ("system", "sez_code"),
    ("finding", "kind"),
    ("status", "status"),
    ("number of", "count"),
    ("opened at", "opened_at"),
    ("changed at", "changed_at"),
    ("ended at", "ended_at"),
)
INCIDENTS = (
    ("system", "sez_code"),
    ("finding", "kind"),
    ("opened at", "opened_at"),
    ("ended at", "ended_at"),
    ("cause", "cause"),
    ("measure", "measure"),
    ("measure taken at", "taken_at"),
)
BID_LISTS = (
    ("list", "registry_id"),
    ("system", "sez_code"),
    ("purchase", "purchase_id"),
    ("as of", "as_of"),
    ("bids", "bids"),
    ("status", "status"),
    ("version", "version"),
)
DOWNLOAD_LISTS = (
    ("list", "registry_id"),
    ("system", "sez_code"),
    ("purchase", "purchase_id"),
    ("as of", "as_of"),
    ("downloads", "downloads"),
    ("status", "status"),
    ("version", "version"),
)
GOODS = (
    ("code", "code"),
    ("subject", "subject_type"),
    ("name", "name_ru"),
    ("times", "times"),
    ("total", "total"),
    ("first", "first_on"),
    ("last", "last_on"),
)
GOODS_HISTORY = (
    ("position", "position"),
    ("what", "what"),
    ("system", "sez_code"),
    ("purchase", "purchase_id"),
    ("protocol", "protocol_id"),
    ("version", "version"),
    ("price", "price"),
    ("supplier", "supplier"),
    ("drawn up", "bought_on"),
)
SEZ_LOGS = (
    ("system", "sez_code"),
    ("status", "status"),
    ("events", "log.seen.size"),
    ("proven at", "log.proven_at"),
    ("why no answer", "problem"),
)
AUDIT_FINDINGS = (
    ("object", "object_id"),
    ("version", "version"),
    ("finding", "kind"),
    ("in words", "words"),
    ("position", "position"),
    ("registry has", "expected"),
    ("system has", "found"),
)
AUDITED_OBJECTS = (
    ("event", "number"),
    ("object", "object_id"),
    ("version", "version"),
    ("finding", "kind"),
    ("in words", "words"),
    ("where", "where"),
    ("path", "path"),
    ("registry has", "expected"),
    ("system has", "found"),
    ("position", "position"),
    ("in the Registry since", "registry_recorded_at"),
    ("formed by", "registry_actor"),
    ("in the system since", "sez_recorded_at"),
    ("by its log", "sez_actor"),
)
ADMISSIONS = (
    ("application", "admission_id"),
    ("order", "regulation"),
    ("applicant", "applicant"),
    ("system", "sez_name"),
    ("status", "status"),
    ("step", "stage"),
    ("round", "round"),
    ("filed at", "filed_at"),
    ("lacking", "flaws"),
)
ENCRYPTION_KEYS = (
    ("number", "parameters.number"),
    ("in force", "in_force"),
    ("since", "parameters.valid_from"),
    ("method", "parameters.derivation.method"),
    ("problem", "problem"),
)
INVENTORIES = (
    ("number", "number"),
    ("status", "status"),
    *(("cores", "capacity.cores"), ("memory, GB", "capacity.memory_gb")),
    ("disk, GB", "capacity.disk_gb"),
    ("site", "inventory.location.site"),
    ("since", "since"),
)
ADMISSION_TERMS = (
    ("term", "term"),
    ("clause", "clause"),
    ("since", "counted.since"),
    ("last day", "counted.last_day"),
    ("who acts", "who"),
    ("status", "status"),
    ("ended at", "ended_at"),
)
ADMISSION_DOCUMENTS = (
    ("document", "name"),
    ("clause", "clause"),
    ("at", "at"),
    ("issued", "issued"),
    ("without a copy", "missing"),
)
DOCUMENT_SIGNATURES = (
    ("number", "number"),
    ("for", "body"),
    ("holder", "holder"),
    ("bin", "holder_bin"),
    ("at", "at"),
)
REGULATIONS = (("order", "id"), ("name", "name"), ("in force from", "first"), ("until", "last"))
COUNTED_DAYS = (
    ("day", "day"),
    ("number", "number"),
    ("what", "kind"),
    ("why", "why"),
    ("exchanged with", "instead_of"),
)
INSPECTIONS = (
    ("inspection", "inspection_id"),
    ("application", "admission_id"),
    ("ground", "ground"),
    ("opened at", "opened_at"),
    ("ended at", "ended_at"),
)
