-- How far the subjects of a moment were from those that a version of a model had learned from. Sums only, no subject.
CREATE TABLE tessella.model_drifts (
    namespace text COLLATE "C" NOT NULL,
    model_id  text COLLATE "C" NOT NULL,
    version   bigint NOT NULL,
    as_of     timestamptz NOT NULL,
    made_at   timestamptz NOT NULL,
    -- The largest of an input; NULL where nothing could be compared.
    psi       double precision,
    report    jsonb NOT NULL,
    PRIMARY KEY (namespace, model_id, version, as_of),
    FOREIGN KEY (namespace, model_id, version) REFERENCES tessella.models (namespace, model_id, version)
);
ALTER TABLE tessella.model_drifts ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.model_drifts FORCE ROW LEVEL SECURITY;

-- Predictions of one moment that wait for what happens, and what came of them. `setup` is the prediction as it was
-- declared then: it says what counts as an outcome.
CREATE TABLE tessella.model_batches (
    namespace         text COLLATE "C" NOT NULL,
    model_id          text COLLATE "C" NOT NULL,
    version           bigint NOT NULL,
    as_of             timestamptz NOT NULL,
    due_at            timestamptz NOT NULL CHECK (due_at > as_of),
    subjects          bigint NOT NULL CHECK (subjects >= 0),
    setup             jsonb NOT NULL,
    kept_at           timestamptz NOT NULL DEFAULT now(),
    judged_at         timestamptz,
    calibration_error double precision,
    report            jsonb,
    PRIMARY KEY (namespace, model_id, version, as_of),
    FOREIGN KEY (namespace, model_id, version) REFERENCES tessella.models (namespace, model_id, version),
    CHECK ((judged_at IS NULL) = (report IS NULL))
);
ALTER TABLE tessella.model_batches ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.model_batches FORCE ROW LEVEL SECURITY;

-- The predictions themselves, of some subjects, until their batch is judged.
CREATE TABLE tessella.kept_predictions (
    namespace   text COLLATE "C" NOT NULL,
    model_id    text COLLATE "C" NOT NULL,
    version     bigint NOT NULL,
    as_of       timestamptz NOT NULL,
    subject_id  text COLLATE "C" NOT NULL,
    probability double precision NOT NULL CHECK (probability BETWEEN 0 AND 1),
    PRIMARY KEY (namespace, model_id, version, as_of, subject_id),
    FOREIGN KEY (namespace, model_id, version, as_of)
        REFERENCES tessella.model_batches ON DELETE CASCADE
);
ALTER TABLE tessella.kept_predictions ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.kept_predictions FORCE ROW LEVEL SECURITY;
