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

-- A node states what is recorded: one over events that are yet to come, or with another hash than
-- what is under it has, would be false for ever. None is left out: each follows the one before it.
CREATE FUNCTION log.refuse_false_node() RETURNS trigger
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET search_path = pg_catalog, pg_temp
AS $false_node$
DECLARE
    part bytea[];
BEGIN
    IF (new.height BETWEEN 4 AND 60 AND new.height % 4 = 0 AND octet_length(new.hash) = 32
        AND new.index >= 0 AND new.index < (SELECT t.position FROM log.tail t) >> new.height)
       IS NOT TRUE THEN
        RAISE EXCEPTION 'node % of height % is refused: no log that reaches so far has it',
            new.index, new.height USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF new.index > 0 AND NOT EXISTS (SELECT FROM log.nodes n
            WHERE n.height = new.height AND n.index = new.index - 1) THEN
        RAISE EXCEPTION 'node % of height % is refused: the one before it is not kept',
            new.index, new.height USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF new.height = 4 THEN
        part := ARRAY(SELECT e.leaf FROM log.events e WHERE e.position > new.index * 16
                      AND e.position <= new.index * 16 + 16 ORDER BY e.position LIMIT 16);
    ELSE
        part := ARRAY(SELECT n.hash FROM log.nodes n WHERE n.height = new.height - 4
                      AND n.index >= new.index * 16 AND n.index < new.index * 16 + 16
                      ORDER BY n.index LIMIT 16);
    END IF;
    IF cardinality(part) = 16 THEN
        part := array_fill(''::bytea, ARRAY[15]) || part;
        FOR i IN REVERSE 15..1 LOOP
            part[i] := sha256('\x01'::bytea || part[2 * i] || part[2 * i + 1]);
        END LOOP;
    END IF;
    IF cardinality(part) <> 31 OR part[1] IS DISTINCT FROM new.hash THEN
        RAISE EXCEPTION 'node % of height % is refused: what is under it has another hash',
            new.index, new.height USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN new;
END
$false_node$;
CREATE TRIGGER within_log BEFORE INSERT ON log.nodes
    FOR EACH ROW EXECUTE FUNCTION log.refuse_false_node();
ALTER TABLE log.nodes ENABLE ALWAYS TRIGGER within_log;
