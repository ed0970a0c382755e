"""What the store keeps beside the events, and what guards them, is as this program ships it."""

import re
from collections.abc import Iterator, Sequence

from psycopg import Connection

from shared_contracts.event_log.auditing.finding import Difference
from shared_contracts.event_log.database.migrate import migrations

_GROWS = (58, "refuse_change")
"""Of a trigger before UPDATE, DELETE and TRUNCATE, once a statement; and its function."""

_GUARDS = {
    ("checkpoints", "only_grows"): _GROWS,
    ("checkpoints", "within_log"): (7, "refuse_future"),
    ("claims", "only_grows"): _GROWS,
    ("events", "only_grows"): _GROWS,
    ("evidence", "only_grows"): _GROWS,
    ("nodes", "only_grows"): _GROWS,
    ("nodes", "within_log"): (7, "refuse_false_node"),
}
"""Every trigger of the log by its table and name; 7: before INSERT, for each row."""
_HEADS = (
    "SELECT h.kind, h.originator_id, h.version, h.position, e.originator_version, e.position "
    "FROM log.heads h LEFT JOIN LATERAL (SELECT originator_version, position FROM log.events e "
    "WHERE e.originator_id = h.originator_id ORDER BY originator_version DESC LIMIT 1) e ON true "
    "WHERE (h.version, h.position) IS DISTINCT FROM (e.originator_version, e.position) "
    "ORDER BY h.position"
)
# A stream of several events is that of an object too, whatever its topics.
_HEADLESS = (
    "SELECT originator_id, max(originator_version), max(position) FROM log.events e "
    "WHERE (originator_version > 1 OR NOT topic = ANY (%s)) AND NOT EXISTS "
    "(SELECT 1 FROM log.heads h WHERE h.originator_id = e.originator_id) "
    "GROUP BY originator_id ORDER BY 3"
)
_TRACKING = (
    "SELECT name, position, (SELECT coalesce(max(position), 0) FROM log.events) "
    "FROM views.tracking WHERE position > (SELECT coalesce(max(position), 0) FROM log.events)"
)
# A: also where a session plays a replica.
_TRIGGERS = (
    "SELECT c.relname, t.tgname, t.tgenabled = 'A' AND t.tgqual IS NULL "
    "AND cardinality(t.tgattr::int2[]) = 0 AND p.pronamespace = 'log'::regnamespace, "
    "t.tgtype, p.proname "
    "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE c.relnamespace = 'log'::regnamespace AND NOT t.tgisinternal"
)
_RULES = (
    "SELECT c.relname, r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class "
    "WHERE c.relnamespace = 'log'::regnamespace"
)
_FUNCTIONS = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'log'::regnamespace"
_GRANTS = (
    "SELECT kind, name, coalesce(r.rolname, 'PUBLIC'), privilege_type FROM ("
    "SELECT 'table' AS kind, relname AS name, relowner AS owner, a.* "
    "FROM pg_class, aclexplode(relacl) a WHERE relnamespace = 'log'::regnamespace "
    "UNION ALL SELECT 'column of', relname, relowner, a.* FROM pg_attribute "
    "JOIN pg_class c ON c.oid = attrelid, aclexplode(attacl) a "
    "WHERE relnamespace = 'log'::regnamespace "
    "UNION ALL SELECT 'schema', nspname, nspowner, a.* "
    "FROM pg_namespace, aclexplode(nspacl) a WHERE nspname = 'log') g "
    "LEFT JOIN pg_roles r ON r.oid = g.grantee WHERE g.grantee <> g.owner "
    "AND privilege_type NOT IN ('SELECT', 'USAGE') "
    "AND (name, privilege_type) NOT IN (('checkpoints', 'INSERT'), ('nodes', 'INSERT')) "
    "ORDER BY 1, 2, 3, 4"
)
_MEMBERS = (
    "SELECT m.rolname, o.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member "
    "JOIN pg_roles o ON o.oid = a.roleid WHERE a.roleid IN "
    "(SELECT relowner FROM pg_class WHERE relnamespace = 'log'::regnamespace)"
)
_MIGRATIONS = "SELECT number, name || ' ' || digest FROM log.migrations"
_FUNCTION = re.compile(
    r"CREATE (?:OR REPLACE )?FUNCTION log\.(\w+).*?AS \$(\w*)\$(.*?)\$\2\$", re.DOTALL
)


def check_store(connection: Connection, alone: Sequence[str]) -> Iterator[Difference]:
    """What differs in heads, followers, guards, privileges and migrations.

    ``alone`` are the topics of facts whose streams have no head.
    """
    yield from _heads(connection, alone)
    yield from _tracking(connection)
    yield from _triggers(connection)
    yield from _functions(connection)
    yield from _privileges(connection)
    yield from _migrations(connection)


def _heads(connection: Connection, alone: Sequence[str]) -> Iterator[Difference]:
    for kind, originator_id, version, position, last, at in connection.execute(_HEADS):
        stored, known = f"{kind} version {version} at {position}", f"version {last} at {at}"
        yield Difference(position, originator_id, "head", stored, known)
    for originator_id, version, position in connection.execute(_HEADLESS, (list(alone),)):
        yield Difference(position, originator_id, "head", "missing", f"version {version}")


def _tracking(connection: Connection) -> Iterator[Difference]:
    for name, position, end in connection.execute(_TRACKING):
        stored = f"{name} at {position}"
        yield Difference(position, None, "tracking", stored, f"not beyond {end}")


def _triggers(connection: Connection) -> Iterator[Difference]:
    rows = connection.execute(_TRIGGERS).fetchall()
    found = {(row[0], row[1]): (row[3], row[4]) if row[2] else None for row in rows}
    for key in sorted(_GUARDS.keys() | found.keys()):
        trigger = f"trigger {key[1]} on log.{key[0]}"
        if key not in _GUARDS:
            yield _guard(trigger, "none of this name")
        elif found.get(key) != _GUARDS[key]:
            state = "altered or disabled" if key in found else "missing"
            yield _guard(f"{trigger}: {state}", "enabled ALWAYS")
    for table, name in connection.execute(_RULES):
        yield _guard(f"rule {name} on log.{table}", "no rule")


def _functions(connection: Connection) -> Iterator[Difference]:
    texts = (step.text for step in migrations())
    wanted = {name: body for text in texts for name, _, body in _FUNCTION.findall(text)}
    found = connection.execute(_FUNCTIONS).fetchall()
    for name, source in found:
        if wanted.get(name) != source:
            yield _guard(f"function log.{name}: another text", "the text of the migrations")
    for name in sorted(wanted.keys() - {name for name, _ in found}):
        yield _guard(f"function log.{name}: missing", "the text of the migrations")


def _privileges(connection: Connection) -> Iterator[Difference]:
    for kind, name, role, privilege in connection.execute(_GRANTS):
        stored = f"{privilege} on {kind} {name} for {role}"
        yield Difference(None, None, "privilege", stored, "the owner's alone")
    for member, owner in connection.execute(_MEMBERS):
        stored = f"{member} acts as {owner}"
        yield Difference(None, None, "privilege", stored, "nobody acts as the owner of the log")


def _migrations(connection: Connection) -> Iterator[Difference]:
    known = {step.number: f"{step.name} {step.digest}" for step in migrations()}
    done: dict[int, str] = dict(connection.execute(_MIGRATIONS).fetchall())
    for number in sorted(known.keys() | done.keys()):
        if done.get(number) != known.get(number):
            stored, digest = done.get(number, "missing"), known.get(number, "no such migration")
            yield Difference(None, None, "migration", f"{number} {stored}", digest)


def _guard(stored: str, known: str) -> Difference:
    return Difference(None, None, "guard", stored, known)
