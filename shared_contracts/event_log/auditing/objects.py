"""Functions, owners and tables of the schema ``log`` are as the migrations make them."""

from collections.abc import Iterator

from psycopg import Connection

from shared_contracts.event_log.auditing.finding import Difference

_PATH = "search_path=pg_catalog, pg_temp"
_PLAN = ("enable_hashjoin=off", "enable_mergejoin=off", "enable_seqscan=off", "jit=off")
_OWN = (False, "v", "plpgsql", (_PATH,))
_ATTRIBUTES = {
    "append": (True, "v", "plpgsql", (*_PLAN, "plan_cache_mode=force_generic_plan", _PATH)),
    "refuse_change": _OWN,
    "refuse_future": _OWN,
    "refuse_false_node": (False, "v", "plpgsql", ("plan_cache_mode=force_generic_plan", _PATH)),
}
"""SECURITY DEFINER, volatility, language and settings of each function."""

_KEYS = {
    "checkpoints": "PRIMARY KEY (size)",
    "claims": "PRIMARY KEY (key)",
    "events": 'PRIMARY KEY (originator_id, originator_version); UNIQUE ("position")',
    "evidence": "PRIMARY KEY (originator_id, originator_version, name)",
    "heads": "PRIMARY KEY (environment, sez_code, kind, object_id)",
    "migrations": "PRIMARY KEY (number)",
    "nodes": "PRIMARY KEY (height, index)",
    "tail": "CHECK (one); PRIMARY KEY (one)",
}
"""Constraints of each table."""

_FUNCTIONS = (
    "SELECT p.proname, p.prosecdef, p.provolatile::text, l.lanname, "
    "ARRAY(SELECT unnest(p.proconfig) ORDER BY 1), p.proacl IS NULL OR EXISTS "
    "(SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0) "
    "FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang "
    "WHERE p.pronamespace = 'log'::regnamespace ORDER BY 1"
)
_OWNERS = (
    "SELECT o.kind, o.name, r.rolname, n.nspowner::regrole::text FROM ("
    "SELECT 'table' AS kind, relname AS name, relowner AS owner FROM pg_class "
    "WHERE relnamespace = 'log'::regnamespace AND relkind <> 'i' "
    "UNION ALL SELECT 'function', proname, proowner FROM pg_proc "
    "WHERE pronamespace = 'log'::regnamespace) o "
    "JOIN pg_namespace n ON n.nspname = 'log' AND n.nspowner <> o.owner "
    "JOIN pg_roles r ON r.oid = o.owner ORDER BY 1, 2"
)
_TABLES = (
    "SELECT c.relname, c.relkind = 'r' AND c.relpersistence = 'p', "
    "c.relrowsecurity OR c.relforcerowsecurity, c.relhassubclass OR EXISTS "
    "(SELECT FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)), "
    "coalesce((SELECT string_agg(d, '; ' ORDER BY d) FROM (SELECT pg_get_constraintdef(k.oid) AS d "
    "FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype <> 'n' AND k.convalidated) "
    "AS defined), '') FROM pg_class c WHERE c.relnamespace = 'log'::regnamespace "
    "AND c.relkind IN ('r', 'v', 'm', 'p', 'f') ORDER BY 1"
)


def check_objects(connection: Connection) -> Iterator[Difference]:
    """What differs in attributes of functions, in owners, and in the kind of tables."""
    yield from _functions(connection)
    for kind, name, role, owner in connection.execute(_OWNERS):
        known = f"{owner}, who owns the schema"
        yield Difference(None, None, "owner", f"{role} owns {kind} log.{name}", known)
    yield from _tables(connection)


def _functions(connection: Connection) -> Iterator[Difference]:
    for name, *attributes, settings, public in connection.execute(_FUNCTIONS):
        known = _ATTRIBUTES.get(name)
        found = (*attributes, tuple(settings))
        if known is not None and found != known:
            yield _guard(f"function log.{name}: {_shown(found)}", _shown(known))
        if public:
            stored = f"EXECUTE on function {name} for PUBLIC"
            yield Difference(None, None, "privilege", stored, "the owner and the application alone")


def _tables(connection: Connection) -> Iterator[Difference]:
    found = {row[0]: row[1:] for row in connection.execute(_TABLES)}
    for name in sorted(_KEYS.keys() - found.keys()):
        yield _guard(f"table log.{name}: missing", "a table")
    for name, (plain, hidden, inherits, keys) in found.items():
        if name not in _KEYS:
            yield _guard(f"relation log.{name}", "none of this name")
            continue
        if not plain or inherits:
            yield _guard(f"table log.{name}: unlogged, inherited or no table", "a plain table")
        if hidden:
            yield _guard(f"table log.{name}: row security", "every row is seen")
        if keys != _KEYS[name]:
            yield _guard(f"table log.{name}: {keys or 'no keys'}", _KEYS[name])


def _shown(attributes: tuple[object, ...]) -> str:
    definer, volatility, language, settings = attributes
    runs = "as its owner" if definer else "as the caller"
    return f"runs {runs}, volatility {volatility}, {language}, {settings}"


def _guard(stored: str, known: str) -> Difference:
    return Difference(None, None, "guard", stored, known)
