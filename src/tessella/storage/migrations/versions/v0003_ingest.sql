-- Idempotency keys, the decision that an event is about, and counts of outcomes.

-- What was answered to a request that carried a key. The subject is that of a client or reader, whose keys are their own;
-- empty for a caller who acts for everybody. `status` and `answer` are set in the transaction that makes the row.
CREATE TABLE tessella.idempotency_keys (
    namespace  text COLLATE "C" NOT NULL,
    subject_id text COLLATE "C" NOT NULL DEFAULT '' CHECK (length(subject_id) <= 256),
    key        text COLLATE "C" NOT NULL CHECK (length(key) BETWEEN 1 AND 256),
    route      text NOT NULL,
    body_hash  bytea NOT NULL CHECK (length(body_hash) = 32),
    status     smallint,
    answer     json,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, subject_id, key)
);
CREATE INDEX idempotency_keys_created ON tessella.idempotency_keys (namespace, created_at);

-- The decision as the sender names it: it may not be recorded yet, or never have been made.
ALTER TABLE tessella.events ADD COLUMN decision_id uuid;
-- Bodies are compared themselves: 0 has the hash of nothing.
ALTER TABLE tessella.events DROP COLUMN body_hash;

-- Impressions, clicks and conversions that are not counted yet. A row is gone once it is.
CREATE TABLE tessella.outcomes_pending (
    namespace   text COLLATE "C" NOT NULL,
    event_id    text COLLATE "C" NOT NULL,
    subject_id  text COLLATE "C" NOT NULL,
    event_type  text COLLATE "C" NOT NULL CHECK (event_type IN ('impression', 'click', 'conversion')),
    decision_id uuid NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, event_id)
);
CREATE INDEX outcomes_pending_received ON tessella.outcomes_pending (namespace, received_at);

CREATE TABLE tessella.outcome_counts (
    namespace  text COLLATE "C" NOT NULL,
    segment_id text COLLATE "C" NOT NULL,
    event_type text COLLATE "C" NOT NULL CHECK (event_type IN ('impression', 'click', 'conversion')),
    count      bigint NOT NULL CHECK (count > 0),
    PRIMARY KEY (namespace, segment_id, event_type)
);

ALTER TABLE tessella.idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.idempotency_keys FORCE ROW LEVEL SECURITY;
ALTER TABLE tessella.outcomes_pending ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.outcomes_pending FORCE ROW LEVEL SECURITY;
ALTER TABLE tessella.outcome_counts ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.outcome_counts FORCE ROW LEVEL SECURITY;
