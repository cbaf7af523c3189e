-- What came of decisions by segment, profile and position. `outcome_counts` stays: the metrics read it every two seconds.

-- The place where an item was shown: as the event tells it, or to be looked up in the items of the decision.
ALTER TABLE tessella.outcomes_pending
    ADD COLUMN item_id text COLLATE "C",
    ADD COLUMN position smallint CHECK (position BETWEEN 1 AND 500);

UPDATE tessella.outcomes_pending AS pending
   SET item_id = event.item_id,
       position = jsonb_path_query_first(event.properties,
           '$.position ? (@.type() == "number") ? (@ >= 1 && @ <= 500 && @.floor() == @)')::smallint
  FROM tessella.events AS event
 WHERE event.namespace = pending.namespace AND event.event_id = pending.event_id;

-- No profile is empty text, and a position that nothing told is 0.
CREATE TABLE tessella.outcome_cells (
    namespace  text COLLATE "C" NOT NULL,
    segment_id text COLLATE "C" NOT NULL,
    profile_id text COLLATE "C" NOT NULL DEFAULT '',
    position   smallint NOT NULL DEFAULT 0 CHECK (position BETWEEN 0 AND 500),
    event_type text COLLATE "C" NOT NULL CHECK (event_type IN ('impression', 'click', 'conversion')),
    count      bigint NOT NULL CHECK (count > 0),
    PRIMARY KEY (namespace, segment_id, profile_id, position, event_type)
);

-- Of what was counted before, neither profile nor position was kept.
INSERT INTO tessella.outcome_cells (namespace, segment_id, event_type, count)
SELECT namespace, segment_id, event_type, count FROM tessella.outcome_counts;

ALTER TABLE tessella.outcome_cells ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.outcome_cells FORCE ROW LEVEL SECURITY;
