-- What the application's role may do; applied anew after the migrations, so it only states.
REVOKE ALL ON SCHEMA log, views FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
GRANT USAGE ON SCHEMA log TO :application;
GRANT SELECT ON log.events, log.evidence, log.claims, log.heads, log.tail, log.checkpoints,
    log.nodes, log.migrations TO :application;
GRANT INSERT ON log.checkpoints, log.nodes TO :application;
GRANT EXECUTE ON FUNCTION log.append TO :application;
GRANT USAGE, CREATE ON SCHEMA views TO :application;
GRANT SELECT, INSERT, UPDATE, DELETE ON views.tracking TO :application;

-- What every role may do by PostgreSQL's defaults and the application has no use for: large objects
-- and tables of its own fill the disk unseen, ending a session ends the writer. Only a superuser may
-- take the functions away; where the owner is none, an administrator does it.
DO $restrict$
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        REVOKE EXECUTE ON FUNCTION lo_creat(int), lo_create(oid), lo_from_bytea(oid, bytea),
            lo_open(oid, int), lowrite(int, bytea), lo_put(oid, bigint, bytea),
            pg_terminate_backend(int, bigint), pg_cancel_backend(int) FROM PUBLIC;
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    END IF;
END
$restrict$;
