-- "append" refuses by itself what the program promises never to ask for, so that whoever holds the
-- application's role can add nothing to the past and nothing without the writer's lock.

CREATE OR REPLACE FUNCTION log.append(
    requests int,
    event_request int[], event_ids uuid[], event_versions bigint[], event_topics text[],
    event_states bytea[],
    head_request int[], head_environments text[], head_sez_codes text[], head_kinds text[],
    head_objects uuid[], head_ids uuid[], head_versions bigint[], head_states bytea[],
    evidence_request int[], evidence_ids uuid[], evidence_versions bigint[],
    evidence_names text[], evidence_bodies bytea[],
    claim_request int[], claim_keys text[], claim_values text[]
) RETURNS SETOF log.verdict
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
SET jit = off
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $append$
DECLARE
    last bigint;
    link bytea;
    moment timestamptz := clock_timestamp();
    leaves bytea[];
    links bytea[] := '{}';
    bad int[];
    bad_what text[];
    bad_key text[];
    taken text[] := '{}';
    touched record;
    wrong text;
BEGIN
    -- 0. What no program may ask for. Nothing is written yet, and the errors are no verdicts.
    -- The key is that of writer.py; a shared lock, or one of two numbers, is not the writer's.
    IF NOT EXISTS (
        SELECT FROM pg_lock_status() l
         WHERE l.pid = pg_backend_pid() AND l.locktype = 'advisory' AND l.granted
           AND l.classid = 0 AND l.objid = 7218002 AND l.objsubid = 1 AND l.mode = 'ExclusiveLock'
           AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
    ) THEN
        RAISE EXCEPTION 'this session does not hold the writer''s lock'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'one process writes to a store: it appends over the session of its lock';
    END IF;
    SELECT format('version %s of %s in request %s', n.version, n.id, n.request) INTO wrong
      FROM unnest(event_request, event_ids, event_versions, event_topics)
           AS n(request, id, version, topic)
     WHERE (n.request BETWEEN 1 AND requests AND n.id IS NOT NULL AND n.version >= 1
            AND n.topic <> '') IS NOT TRUE
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'event refused: %', wrong
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'an event has a request, an originator, a version from 1 and a topic';
    END IF;
    IF cardinality(evidence_ids) > 0 OR cardinality(head_ids) > 0 THEN
        SELECT format('version %s of %s in request %s', n.version, n.id, n.request) INTO wrong
          FROM (SELECT b.request, b.id, b.version
                  FROM unnest(evidence_request, evidence_ids, evidence_versions)
                       AS b(request, id, version)
                UNION ALL
                SELECT b.request, b.id, b.version
                  FROM unnest(head_request, head_ids, head_versions) AS b(request, id, version)
                EXCEPT
                SELECT e.request, e.id, e.version
                  FROM unnest(event_request, event_ids, event_versions)
                       AS e(request, id, version)) n
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'evidence or head belongs to no event of its request: %', wrong
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = 'evidence and heads are written with their event, never later';
        END IF;
    END IF;
    IF cardinality(claim_keys) > 0 THEN
        SELECT coalesce(n.request::text, 'none') INTO wrong
          FROM (SELECT c.request
                  FROM unnest(claim_request, claim_keys) AS c(request, key)
                EXCEPT
                SELECT e.request FROM unnest(event_request) AS e(request)) n
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'claim of a request without events: %', wrong
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = 'a key is taken by a request that records an event';
        END IF;
    END IF;

    -- Held until the commit: whoever comes later sees everything that came before.
    SELECT t.position, t.chain INTO STRICT last, link FROM log.tail t FOR UPDATE;

    -- 1. Requests that meet what is already recorded.
    SELECT coalesce(array_agg(c.request), '{}'), coalesce(array_agg(c.what), '{}'),
           coalesce(array_agg(c.key), '{}')
      INTO bad, bad_what, bad_key
      FROM (SELECT DISTINCT ON (f.request) f.request, f.what, f.key
              FROM (SELECT n.request, 'version' AS what, n.id || '/' || n.version AS key
                      FROM unnest(event_request, event_ids, event_versions)
                           AS n(request, id, version)
                      JOIN log.events e
                        ON e.originator_id = n.id AND e.originator_version = n.version
                    UNION ALL
                    SELECT n.request, 'claim', n.key
                      FROM unnest(claim_request, claim_keys) AS n(request, key)
                      JOIN log.claims c ON c.key = n.key
                    UNION ALL
                    SELECT n.request, 'head', concat_ws('/', n.environment, n.sez, n.kind, n.object)
                      FROM unnest(head_request, head_environments, head_sez_codes, head_kinds,
                                  head_objects, head_ids, head_versions)
                           AS n(request, environment, sez, kind, object, id, version)
                      JOIN log.heads h
                        ON h.environment = n.environment AND h.sez_code = n.sez
                       AND h.kind = n.kind AND h.object_id = n.object
                     WHERE h.originator_id <> n.id OR h.version >= n.version) f
             ORDER BY f.request) c;

    -- 2. Requests of this group that meet one another: the earlier wins, unless it was refused itself.
    IF requests > 1 THEN
        FOR touched IN
            SELECT d.request, array_agg(d.key) AS keys, count(DISTINCT d.key) < count(*) AS twice
              FROM (SELECT k.request, k.key, count(*) OVER (PARTITION BY k.key) AS times
                      FROM (SELECT n.request, 'version ' || n.id || '/' || n.version AS key
                              FROM unnest(event_request, event_ids, event_versions)
                                   AS n(request, id, version)
                            UNION ALL
                            SELECT n.request, 'claim ' || n.key
                              FROM unnest(claim_request, claim_keys) AS n(request, key)
                            UNION ALL
                            SELECT n.request,
                                   'head ' || concat_ws('/', n.environment, n.sez, n.kind, n.object)
                              FROM unnest(head_request, head_environments, head_sez_codes, head_kinds,
                                          head_objects)
                                   AS n(request, environment, sez, kind, object)) k) d
             WHERE d.times > 1
             GROUP BY d.request
             ORDER BY d.request
        LOOP
            CONTINUE WHEN touched.request = ANY (bad);
            IF touched.twice OR touched.keys && taken THEN
                bad := bad || touched.request;
                SELECT bad_what || split_part(k, ' ', 1), bad_key || substr(k, strpos(k, ' ') + 1)
                  INTO bad_what, bad_key
                  FROM unnest(touched.keys) k
                 ORDER BY (k = ANY (taken)) DESC
                 LIMIT 1;
            ELSE
                taken := taken || touched.keys;
            END IF;
        END LOOP;
    END IF;

    -- 3. Nothing of a refused request stays.
    IF cardinality(bad) > 0 THEN
        SELECT coalesce(array_agg(n.r ORDER BY n.o), '{}'),
               coalesce(array_agg(n.a ORDER BY n.o), '{}'),
               coalesce(array_agg(n.b ORDER BY n.o), '{}'),
               coalesce(array_agg(n.c ORDER BY n.o), '{}'),
               coalesce(array_agg(n.d ORDER BY n.o), '{}')
          INTO event_request, event_ids, event_versions, event_topics, event_states
          FROM unnest(event_request, event_ids, event_versions, event_topics, event_states)
               WITH ORDINALITY AS n(r, a, b, c, d, o)
         WHERE n.r <> ALL (bad);
    END IF;

    -- The versions of a stream follow one another from 1. What is recorded already is a verdict.
    SELECT format('%s of %s', n.version, n.id) INTO wrong
      FROM (SELECT u.id, u.version,
                   lag(u.version) OVER (PARTITION BY u.id ORDER BY u.o) AS before
              FROM unnest(event_ids, event_versions) WITH ORDINALITY AS u(id, version, o)) n
     WHERE CASE WHEN n.before IS NOT NULL THEN n.version NOT IN (n.before, n.before + 1)
                WHEN n.version = 1 THEN false
                ELSE NOT EXISTS (SELECT FROM log.events e
                                  WHERE e.originator_id = n.id
                                    AND e.originator_version = n.version - 1)
           END
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'version leaves a gap in its stream: %', wrong
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'the next version is the last recorded one plus 1';
    END IF;

    -- 4. Positions, leaves and the chain.
    SELECT array_agg(sha256('\x00'::bytea || uuid_send(n.id) || int8send(n.version)
                            || int4send(octet_length(n.name)) || n.name
                            || int4send(octet_length(n.state)) || n.state) ORDER BY n.o)
      INTO leaves
      FROM (SELECT u.id, u.version, convert_to(u.topic, 'UTF8') AS name, u.state, u.o
              FROM unnest(event_ids, event_versions, event_topics, event_states)
                   WITH ORDINALITY AS u(id, version, topic, state, o)) n;
    FOR i IN 1 .. cardinality(event_ids) LOOP
        link := sha256('\x02'::bytea || link || int8send(last + i) || leaves[i]);
        links[i] := link;
    END LOOP;
    INSERT INTO log.events (originator_id, originator_version, topic, state,
                            position, leaf, chain, recorded_at)
    SELECT n.id, n.version, n.topic, n.state, last + n.o, n.leaf, n.chain, moment
      FROM unnest(event_ids, event_versions, event_topics, event_states, leaves, links)
           WITH ORDINALITY AS n(id, version, topic, state, leaf, chain, o);
    IF cardinality(event_ids) > 0 THEN
        UPDATE log.tail SET position = last + cardinality(event_ids), chain = link;
    END IF;

    -- 5. What belongs to the events.
    IF cardinality(evidence_request) > 0 THEN
        INSERT INTO log.evidence (originator_id, originator_version, name, sha256, body)
        SELECT n.id, n.version, n.name, sha256(n.body), n.body
          FROM unnest(evidence_request, evidence_ids, evidence_versions, evidence_names,
                      evidence_bodies) AS n(request, id, version, name, body)
         WHERE n.request <> ALL (bad);
    END IF;
    IF cardinality(claim_request) > 0 THEN
        INSERT INTO log.claims (key, value)
        SELECT n.key, n.value
          FROM unnest(claim_request, claim_keys, claim_values) AS n(request, key, value)
         WHERE n.request <> ALL (bad);
    END IF;
    IF cardinality(head_request) > 0 THEN
        INSERT INTO log.heads AS h (environment, sez_code, kind, object_id,
                                    originator_id, version, position, state)
        SELECT n.environment, n.sez, n.kind, n.object, n.id, n.version,
               (SELECT e.position FROM log.events e
                 WHERE e.originator_id = n.id AND e.originator_version = n.version),
               n.state
          FROM unnest(head_request, head_environments, head_sez_codes, head_kinds, head_objects,
                      head_ids, head_versions, head_states)
               AS n(request, environment, sez, kind, object, id, version, state)
         WHERE n.request <> ALL (bad)
        ON CONFLICT (environment, sez_code, kind, object_id) DO UPDATE
           SET version = excluded.version, position = excluded.position, state = excluded.state;
    END IF;

    -- 6. The verdicts.
    RETURN QUERY
        SELECT n.request, last + max(n.o), NULL::text, NULL::text
          FROM unnest(event_request) WITH ORDINALITY AS n(request, o)
         GROUP BY n.request
        UNION ALL
        SELECT n.request, NULL::bigint, n.what, n.key
          FROM unnest(bad, bad_what, bad_key) AS n(request, what, key);
END
$append$;

-- A checkpoint states what is recorded: one of a greater size would stop all later ones.
CREATE FUNCTION log.refuse_future() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $future$
BEGIN
    IF (new.size BETWEEN 0 AND (SELECT t.position FROM log.tail t)) IS NOT TRUE THEN
        RAISE EXCEPTION 'checkpoint of size % is refused: the log does not reach so far', new.size
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN new;
END
$future$;
CREATE TRIGGER within_log BEFORE INSERT ON log.checkpoints
    FOR EACH ROW EXECUTE FUNCTION log.refuse_future();
ALTER TABLE log.checkpoints ENABLE ALWAYS TRIGGER within_log;
