-- What was predicted of whole segments, each time that it was counted: sums only, and no subject. `made_from` names the
-- calculation of audiences, the definitions and the models.
CREATE TABLE tessella.segment_prediction_stats (
    namespace  text COLLATE "C" NOT NULL,
    segment_id text COLLATE "C" NOT NULL,
    made_at    timestamptz NOT NULL,
    as_of      timestamptz NOT NULL,
    members    bigint NOT NULL CHECK (members >= 0),
    stats      jsonb NOT NULL,
    made_from  text NOT NULL,
    PRIMARY KEY (namespace, segment_id, made_at)
);
ALTER TABLE tessella.segment_prediction_stats ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.segment_prediction_stats FORCE ROW LEVEL SECURITY;
