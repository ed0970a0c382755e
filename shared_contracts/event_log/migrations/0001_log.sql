-- The log and what is written with it in one transaction.

CREATE SCHEMA log;
CREATE SCHEMA views;

-- Append-only. "leaf" and "chain" are described in leaf.py; states are stored as they were encoded.
CREATE TABLE log.events (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    position bigint NOT NULL,
    leaf bytea NOT NULL,
    chain bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (originator_id, originator_version),
    CONSTRAINT events_position UNIQUE (position)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.5, autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE log.events ALTER COLUMN state SET STORAGE EXTERNAL;

-- One row: the end of the log. Its row lock is the total order of commits.
CREATE TABLE log.tail (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL,
    chain bytea NOT NULL
) WITH (fillfactor = 10);
INSERT INTO log.tail (position, chain) VALUES (0, decode(repeat('00', 32), 'hex'));

-- Bytes as received or sent, never compressed, beside the event they prove.
CREATE TABLE log.evidence (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    name text NOT NULL,
    sha256 bytea NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (originator_id, originator_version, name)
);
ALTER TABLE log.evidence ALTER COLUMN body SET STORAGE EXTERNAL;

-- Keys that only one request may take: message ids, sequence numbers.
CREATE TABLE log.claims (
    key text PRIMARY KEY,
    value text NOT NULL
);

-- The objects as the next decision sees them: the fold of their events.
CREATE TABLE log.heads (
    environment text NOT NULL,
    sez_code text NOT NULL,
    kind text NOT NULL,
    object_id uuid NOT NULL,
    originator_id uuid NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    state bytea NOT NULL,
    PRIMARY KEY (environment, sez_code, kind, object_id)
) WITH (fillfactor = 80);

-- Signed checkpoints, and the compact range from which the next one is made.
CREATE TABLE log.checkpoints (
    size bigint PRIMARY KEY,
    root bytea NOT NULL,
    edge bytea[] NOT NULL,
    note text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- How far each follower has come; written with what it shows, in one transaction.
CREATE TABLE views.tracking (
    name text PRIMARY KEY,
    position bigint NOT NULL
) WITH (fillfactor = 50);
