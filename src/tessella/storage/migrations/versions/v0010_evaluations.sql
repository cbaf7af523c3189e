-- Reports of how good rankings were, and of the search for better knobs. No figure in them is of one subject.
CREATE TABLE tessella.ranking_evaluations (
    namespace     text COLLATE "C" NOT NULL,
    evaluation_id uuid NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('evaluation', 'tuning')),
    made_at       timestamptz NOT NULL DEFAULT now(),
    inputs        jsonb NOT NULL,
    report        jsonb NOT NULL,
    PRIMARY KEY (namespace, evaluation_id)
);
ALTER TABLE tessella.ranking_evaluations ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.ranking_evaluations FORCE ROW LEVEL SECURITY;
