-- One more kind of definition: what is ranked for a subject, and how.
ALTER TABLE tessella.definition_versions DROP CONSTRAINT definition_versions_kind_check;
ALTER TABLE tessella.definition_versions ADD CONSTRAINT definition_versions_kind_check CHECK (
    kind IN (
        'feature', 'segment', 'profile', 'campaign', 'source', 'prediction', 'offer', 'experiment', 'game', 'scope',
        'defaults'
    )
);
ALTER TABLE tessella.drafts DROP CONSTRAINT drafts_kind_check;
ALTER TABLE tessella.drafts ADD CONSTRAINT drafts_kind_check CHECK (
    kind IN (
        'feature', 'segment', 'profile', 'campaign', 'source', 'prediction', 'offer', 'experiment', 'game', 'scope',
        'defaults'
    )
);

-- Names of tables and columns: requirement D. `user_id` is the subject.
-- What personalization knows of a subject. NULL: there were no events that tell.
CREATE TABLE tessella.personalization_features (
    namespace                text COLLATE "C" NOT NULL,
    user_id                  text COLLATE "C" NOT NULL CHECK (length(user_id) BETWEEN 1 AND 256),
    engagement_score         double precision CHECK (engagement_score BETWEEN 0 AND 1),
    notification_ctr         double precision CHECK (notification_ctr BETWEEN 0 AND 1),
    session_count_7d         integer CHECK (session_count_7d >= 0),
    session_count_30d        integer CHECK (session_count_30d >= 0),
    avg_session_duration_sec double precision CHECK (avg_session_duration_sec >= 0),
    preferred_time_slot      smallint CHECK (preferred_time_slot BETWEEN 0 AND 23),
    device_type              text CHECK (length(device_type) <= 64),
    country_code             text CHECK (country_code ~ '^[A-Z]{2}$'),
    timezone_offset          double precision CHECK (timezone_offset BETWEEN -12 AND 14),
    computed_at              timestamptz NOT NULL,
    PRIMARY KEY (namespace, user_id)
);
CREATE INDEX personalization_features_computed ON tessella.personalization_features (namespace, computed_at);

-- The last ranking of a scope for a subject. Why each item stands where it does is in another table, which no client reads.
CREATE TABLE tessella.personalization_ranks (
    namespace     text COLLATE "C" NOT NULL,
    user_id       text COLLATE "C" NOT NULL CHECK (length(user_id) BETWEEN 1 AND 256),
    scope         text COLLATE "C" NOT NULL,
    -- Of the same length, and in the order of the ranking.
    ranked_items  text[] NOT NULL,
    scores        double precision[] NOT NULL,
    confidences   double precision[] NOT NULL,
    model_version text NOT NULL,
    -- A digest of all that the ranking was made from: another one, and the row is of no use any more.
    basis         text NOT NULL,
    computed_at   timestamptz NOT NULL,
    valid_until   timestamptz NOT NULL,
    PRIMARY KEY (namespace, user_id, scope),
    CHECK (cardinality(scores) = cardinality(ranked_items) AND cardinality(confidences) = cardinality(ranked_items))
);
-- Which items carry scopes is read from this, however large the catalogue is.
CREATE INDEX items_scoped ON tessella.items (namespace, item_id) WHERE properties ? 'scopes';
CREATE INDEX personalization_ranks_valid ON tessella.personalization_ranks (namespace, valid_until);

CREATE TABLE tessella.personalization_rationales (
    namespace   text COLLATE "C" NOT NULL,
    user_id     text COLLATE "C" NOT NULL,
    scope       text COLLATE "C" NOT NULL,
    -- By tag, the ids of the ranked items that have it; true: all of them.
    tags        jsonb NOT NULL,
    computed_at timestamptz NOT NULL,
    PRIMARY KEY (namespace, user_id, scope)
);

-- How good rankings are: a row for each figure.
CREATE TABLE tessella.personalization_eval (
    namespace     text COLLATE "C" NOT NULL,
    evaluated_at  timestamptz NOT NULL,
    -- nightly, weekly, monthly or asked.
    period        text COLLATE "C" NOT NULL CHECK (period IN ('nightly', 'weekly', 'monthly', 'asked')),
    -- Empty: over all scopes.
    scope         text COLLATE "C" NOT NULL DEFAULT '',
    model_version text NOT NULL,
    metric        text COLLATE "C" NOT NULL,
    -- NULL: there was nothing to tell it from.
    value         double precision,
    -- Of so many subjects, rankings or events: the metric says which.
    sample_size   bigint NOT NULL CHECK (sample_size >= 0),
    PRIMARY KEY (namespace, evaluated_at, period, scope, model_version, metric)
);

-- What is switched on. Without a row the settings of the installation hold.
CREATE TABLE tessella.personalization_flags (
    namespace                text COLLATE "C" PRIMARY KEY REFERENCES tessella.namespaces,
    personalization_rankings boolean,
    ml_models                boolean,
    evaluation_metrics       boolean,
    rollout_percent          double precision CHECK (rollout_percent BETWEEN 0 AND 100),
    version                  bigint NOT NULL DEFAULT 1,
    updated_at               timestamptz NOT NULL DEFAULT now()
);

-- What is done at night in every namespace is asked for in these. The app writes the names as it makes namespaces.
CREATE TABLE jobs.all_namespaces (
    namespace text COLLATE "C" PRIMARY KEY
);
INSERT INTO jobs.all_namespaces SELECT namespace FROM tessella.namespaces;

-- The last run of each job that is over is looked up every two seconds.
CREATE INDEX job_runs_over ON tessella.job_runs (namespace, job, run_id) WHERE state IN ('succeeded', 'failed');

-- An UPDATE by hand, as requirement D's rollback plan has it, is seen by every process like one of ours.
CREATE FUNCTION tessella.note_settings() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog
AS $$
BEGIN
    NEW.updated_at := now();
    NEW.changed := pg_current_xact_id();
    RETURN NEW;
END
$$;
CREATE TRIGGER personalization_settings_noted BEFORE UPDATE ON tessella.personalization_settings
    FOR EACH ROW EXECUTE FUNCTION tessella.note_settings();

ALTER TABLE tessella.personalization_features ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.personalization_features FORCE ROW LEVEL SECURITY;
ALTER TABLE tessella.personalization_ranks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.personalization_ranks FORCE ROW LEVEL SECURITY;
ALTER TABLE tessella.personalization_rationales ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.personalization_rationales FORCE ROW LEVEL SECURITY;
ALTER TABLE tessella.personalization_eval ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.personalization_eval FORCE ROW LEVEL SECURITY;
ALTER TABLE tessella.personalization_flags ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.personalization_flags FORCE ROW LEVEL SECURITY;
