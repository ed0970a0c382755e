-- Roots of perfect subtrees of the log's Merkle tree, so that a proof reads a few rows and not the
-- log. They follow from the leaves: written before a checkpoint, and made anew by the audit.
CREATE TABLE log.nodes (
    height smallint NOT NULL,
    index bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (height, index)
);

-- Whether every subtree that is whole under this checkpoint was kept before it was made.
ALTER TABLE log.checkpoints ADD COLUMN nodes_kept boolean NOT NULL DEFAULT false;

CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON log.nodes
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
ALTER TABLE log.nodes ENABLE ALWAYS TRIGGER only_grows;

-- A node states what is recorded: one over events that are yet to come would be false for ever.
CREATE FUNCTION log.refuse_future_node() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $future_node$
BEGIN
    IF (new.height BETWEEN 4 AND 60 AND new.height % 4 = 0 AND octet_length(new.hash) = 32
        AND new.index >= 0 AND new.index < (SELECT t.position FROM log.tail t) >> new.height)
       IS NOT TRUE THEN
        RAISE EXCEPTION 'node % of height % is refused: no log that reaches so far has it',
            new.index, new.height USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN new;
END
$future_node$;
CREATE TRIGGER within_log BEFORE INSERT ON log.nodes
    FOR EACH ROW EXECUTE FUNCTION log.refuse_future_node();
ALTER TABLE log.nodes ENABLE ALWAYS TRIGGER within_log;
