-- What the application's role may do; applied anew after the migrations, so it only states.
REVOKE ALL ON SCHEMA log, views FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
GRANT USAGE ON SCHEMA log TO :application;
GRANT SELECT ON log.events, log.evidence, log.claims, log.heads, log.tail, log.checkpoints,
    log.migrations TO :application;
GRANT INSERT ON log.checkpoints TO :application;
GRANT EXECUTE ON FUNCTION log.append TO :application;
GRANT USAGE, CREATE ON SCHEMA views TO :application;
GRANT SELECT, INSERT, UPDATE, DELETE ON views.tracking TO :application;
