"""The tables of the outbox, as the follower keeps them (S216-18.2)."""

from sez.records import places
from sez.synchronisation import order
from shared_contracts.event_log.checksums import kept as checksums

SHAPE = "outbox, shape 8"
"""What is written beside the views; views of another shape are thrown away and made anew."""

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS views.versions (
  object_id uuid NOT NULL,
  version bigint NOT NULL,
  document_hash text NOT NULL,
  formed_at timestamptz NOT NULL,
  originator_id uuid NOT NULL,
  log_version bigint NOT NULL,
  state text NOT NULL,
  message_id uuid,
  registry_id uuid,
  seconds int,
  late boolean,
  findings text,
  customer text NOT NULL,
  place int,
  alone boolean NOT NULL DEFAULT false,
  operation text NOT NULL,
  position bigint NOT NULL,
  asked boolean NOT NULL DEFAULT false,
  PRIMARY KEY (object_id, version));
CREATE INDEX IF NOT EXISTS versions_open ON views.versions (state)
  WHERE state <> 'SYNCHRONISED';
CREATE INDEX IF NOT EXISTS versions_oldest ON views.versions (formed_at)
  WHERE state <> 'SYNCHRONISED';
CREATE INDEX IF NOT EXISTS versions_waiting ON views.versions (customer, object_id, version)
  WHERE state = 'WAITING';
CREATE INDEX IF NOT EXISTS versions_carried ON views.versions (message_id);
CREATE TABLE IF NOT EXISTS views.packages (
  message_id uuid PRIMARY KEY,
  originator_id uuid NOT NULL,
  sequence bigint NOT NULL,
  records int NOT NULL,
  formed_at timestamptz NOT NULL,
  state text NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  last_reason text,
  next_attempt_at timestamptz,
  answered_at timestamptz,
  customer text NOT NULL,
  detail text,
  ticket_id uuid,
  ticket_cause text,
  ticket_held boolean NOT NULL DEFAULT false);
CREATE INDEX IF NOT EXISTS packages_due ON views.packages
  (customer, coalesce(next_attempt_at, formed_at), sequence) WHERE state = 'IN_FLIGHT';
CREATE INDEX IF NOT EXISTS packages_untried ON views.packages (customer, formed_at)
  WHERE state = 'IN_FLIGHT' AND attempts = 0 AND ticket_id IS NULL;
CREATE INDEX IF NOT EXISTS packages_failing ON views.packages (customer)
  WHERE state = 'IN_FLIGHT' AND attempts > 0;
CREATE INDEX IF NOT EXISTS packages_unanswered ON views.packages (state)
  WHERE state IN ('IN_FLIGHT', 'HELD', 'STOPPED');
CREATE INDEX IF NOT EXISTS packages_ticketed ON views.packages (formed_at)
  WHERE state = 'IN_FLIGHT' AND ticket_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS packages_number ON views.packages (sequence);
{order.SCHEMA}
{places.SCHEMA}
{checksums.SCHEMA};
COMMENT ON TABLE views.packages IS '{SHAPE}'
"""
