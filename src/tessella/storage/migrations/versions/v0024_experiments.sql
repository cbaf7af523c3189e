-- What runs of experiments. They are declared as definitions; `variant` is a position among an experiment's variants.

-- Who got what, for ever. Forced ones are a test's wish: they are counted nowhere. A context is json and not jsonb: it is
-- written for every unit and seldom read, and jsonb takes as long to make as the rest of the row.
CREATE TABLE tessella.assignments (
    namespace       text COLLATE "C" NOT NULL,
    experiment_id   text COLLATE "C" NOT NULL,
    user_identifier text COLLATE "C" NOT NULL,
    assigned_at     timestamptz NOT NULL,
    -- The beginning of the step of time that it was assigned in: units of a cohort mature together.
    cohort          timestamptz NOT NULL,
    policy_version  bigint NOT NULL,
    variant         smallint NOT NULL,
    in_holdout      boolean NOT NULL,
    forced          boolean NOT NULL,
    variant_id      text COLLATE "C" NOT NULL,
    segment_key     text COLLATE "C" NOT NULL,
    channel         text COLLATE "C" NOT NULL,
    -- The levels that it is counted under: those of its context, or `other`.
    source          text COLLATE "C" NOT NULL,
    device          text COLLATE "C" NOT NULL,
    propensities    double precision[] NOT NULL,
    context         json NOT NULL,
    PRIMARY KEY (namespace, experiment_id, user_identifier)
);

-- Every reward that was accepted, with what became of it.
CREATE TABLE tessella.experiment_reward_events (
    namespace       text COLLATE "C" NOT NULL,
    experiment_id   text COLLATE "C" NOT NULL,
    user_identifier text COLLATE "C" NOT NULL,
    metric          text COLLATE "C" NOT NULL,
    event_id        text COLLATE "C" NOT NULL,
    value           double precision NOT NULL,
    at              timestamptz NOT NULL,
    received_at     timestamptz NOT NULL,
    state           text COLLATE "C" NOT NULL CHECK (state IN ('counted', 'late', 'forced')),
    PRIMARY KEY (namespace, experiment_id, user_identifier, metric, event_id)
);

-- The sum of a unit's rewards that count; 1 for a metric that comes or does not. Sums are numeric: an outlier that is taken
-- back later leaves nothing behind, which floating point would not promise.
CREATE TABLE tessella.experiment_unit_rewards (
    namespace       text COLLATE "C" NOT NULL,
    experiment_id   text COLLATE "C" NOT NULL,
    user_identifier text COLLATE "C" NOT NULL,
    metric          text COLLATE "C" NOT NULL,
    total           numeric NOT NULL,
    -- Before its last reward; NULL when that was the first one.
    total_before    numeric,
    PRIMARY KEY (namespace, experiment_id, user_identifier, metric)
) WITH (fillfactor = 80);

-- Units that were assigned alike, by a dimension: `segment`, `source` or `device`. The cohort of those that are mature is
-- 1970. The same row is counted up again and again: room beside it lets it stay on its page.
CREATE TABLE tessella.experiment_units (
    namespace      text COLLATE "C" NOT NULL,
    experiment_id  text COLLATE "C" NOT NULL,
    dimension      text COLLATE "C" NOT NULL,
    level          text COLLATE "C" NOT NULL,
    segment_key    text COLLATE "C" NOT NULL,
    policy_version bigint NOT NULL,
    in_holdout     boolean NOT NULL,
    variant        smallint NOT NULL,
    cohort         timestamptz NOT NULL,
    units          bigint NOT NULL CHECK (units > 0),
    PRIMARY KEY (
        namespace, experiment_id, dimension, level, segment_key, policy_version, in_holdout, variant, cohort
    )
) WITH (fillfactor = 50);

-- The rewards of such units by metric: units that were rewarded, the sum of their rewards, and of its squares.
CREATE TABLE tessella.experiment_rewards (
    namespace      text COLLATE "C" NOT NULL,
    experiment_id  text COLLATE "C" NOT NULL,
    dimension      text COLLATE "C" NOT NULL,
    level          text COLLATE "C" NOT NULL,
    segment_key    text COLLATE "C" NOT NULL,
    policy_version bigint NOT NULL,
    in_holdout     boolean NOT NULL,
    variant        smallint NOT NULL,
    cohort         timestamptz NOT NULL,
    metric         text COLLATE "C" NOT NULL,
    rewarded       bigint NOT NULL,
    total          numeric NOT NULL,
    squares        numeric NOT NULL,
    PRIMARY KEY (
        namespace, experiment_id, dimension, level, segment_key, policy_version, in_holdout, variant, cohort, metric
    )
) WITH (fillfactor = 50);

-- How many rewards came in each of 32 parts of the attribution window, counted from the assignment.
CREATE TABLE tessella.experiment_delays (
    namespace     text COLLATE "C" NOT NULL,
    experiment_id text COLLATE "C" NOT NULL,
    metric        text COLLATE "C" NOT NULL,
    bucket        smallint NOT NULL CHECK (bucket BETWEEN 0 AND 31),
    count         bigint NOT NULL CHECK (count > 0),
    PRIMARY KEY (namespace, experiment_id, metric, bucket)
) WITH (fillfactor = 50);

-- Units by the hour that they were assigned in.
CREATE TABLE tessella.experiment_traffic_stats (
    namespace     text COLLATE "C" NOT NULL,
    experiment_id text COLLATE "C" NOT NULL,
    hour          timestamptz NOT NULL,
    users         bigint NOT NULL CHECK (users > 0),
    PRIMARY KEY (namespace, experiment_id, hour)
) WITH (fillfactor = 50);

-- Weights that units were drawn by. Never changed.
CREATE TABLE tessella.experiment_policies (
    namespace     text COLLATE "C" NOT NULL,
    experiment_id text COLLATE "C" NOT NULL,
    version       bigint NOT NULL CHECK (version > 0),
    published_at  timestamptz NOT NULL,
    disabled      text[] NOT NULL,
    weights       jsonb NOT NULL,
    PRIMARY KEY (namespace, experiment_id, version)
);

-- What was last learned, as it is shown.
CREATE TABLE tessella.experiment_reports (
    namespace      text COLLATE "C" NOT NULL,
    experiment_id  text COLLATE "C" NOT NULL,
    made_at        timestamptz NOT NULL,
    policy_version bigint NOT NULL CHECK (policy_version >= 0),
    units          bigint NOT NULL CHECK (units >= 0),
    body           jsonb NOT NULL,
    PRIMARY KEY (namespace, experiment_id)
);

CREATE TABLE tessella.experiment_segments (
    namespace       text COLLATE "C" NOT NULL,
    experiment_id   text COLLATE "C" NOT NULL,
    segment_key     text COLLATE "C" NOT NULL,
    display_name    text NOT NULL,
    allocations     bigint NOT NULL CHECK (allocations >= 0),
    conversions     bigint NOT NULL CHECK (conversions >= 0),
    conversion_rate double precision,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (namespace, experiment_id, segment_key)
);

CREATE TABLE tessella.experiment_variants (
    namespace     text COLLATE "C" NOT NULL,
    experiment_id text COLLATE "C" NOT NULL,
    segment_key   text COLLATE "C" NOT NULL,
    variant_id    text COLLATE "C" NOT NULL,
    allocations   bigint NOT NULL CHECK (allocations >= 0),
    conversions   bigint NOT NULL CHECK (conversions >= 0),
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (namespace, experiment_id, segment_key, variant_id)
);

-- Versions of clusters of contexts. Units are sorted into those of the active one.
CREATE TABLE tessella.experiment_clusters (
    namespace     text COLLATE "C" NOT NULL,
    experiment_id text COLLATE "C" NOT NULL,
    version       bigint NOT NULL CHECK (version > 0),
    state         text NOT NULL CHECK (state IN ('active', 'kept', 'none_found')),
    trained_at    timestamptz NOT NULL,
    assignments   bigint NOT NULL CHECK (assignments >= 0),
    clusters      jsonb NOT NULL,
    PRIMARY KEY (namespace, experiment_id, version)
);
CREATE UNIQUE INDEX experiment_clusters_active ON tessella.experiment_clusters (namespace, experiment_id)
    WHERE state = 'active';

-- What nobody but the server reads: states of posteriors, what was believed at each policy, models of clusters. Sealed by
-- the server: the database never sees it. `place` is what it is of, such as `policy 7`.
CREATE TABLE tessella.experiment_secrets (
    namespace     text COLLATE "C" NOT NULL,
    experiment_id text COLLATE "C" NOT NULL,
    place         text COLLATE "C" NOT NULL,
    sealed        bytea NOT NULL,
    PRIMARY KEY (namespace, experiment_id, place)
);

CREATE TABLE tessella.segmentation_recommendations (
    namespace         text COLLATE "C" NOT NULL,
    recommendation_id uuid NOT NULL,
    experiment_id     text COLLATE "C" NOT NULL,
    created_at        timestamptz NOT NULL,
    state             text NOT NULL CHECK (state IN ('open', 'accepted', 'dismissed', 'applied', 'superseded')),
    mode              text NOT NULL,
    segment_by        text[] NOT NULL,
    evidence          jsonb NOT NULL,
    text              jsonb NOT NULL,
    decided_at        timestamptz,
    decided_by        text,
    PRIMARY KEY (namespace, recommendation_id),
    CHECK ((state = 'open') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX segmentation_recommendations_open ON tessella.segmentation_recommendations
    (namespace, experiment_id, mode, segment_by) WHERE state = 'open';

-- Whether segments are worth it, as it was last looked at.
CREATE TABLE tessella.experiment_eligibility (
    namespace     text COLLATE "C" NOT NULL,
    experiment_id text COLLATE "C" NOT NULL,
    checked_at    timestamptz NOT NULL,
    body          jsonb NOT NULL,
    PRIMARY KEY (namespace, experiment_id)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'assignments', 'experiment_reward_events', 'experiment_unit_rewards', 'experiment_units', 'experiment_rewards',
        'experiment_delays', 'experiment_traffic_stats', 'experiment_policies', 'experiment_reports',
        'experiment_segments', 'experiment_variants', 'experiment_clusters', 'experiment_secrets',
        'segmentation_recommendations', 'experiment_eligibility'
    ] LOOP
        EXECUTE format('ALTER TABLE tessella.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE tessella.%I FORCE ROW LEVEL SECURITY', name);
    END LOOP;
END
$$;

-- One more kind of definition: what is tried, on whom, and what is measured.
ALTER TABLE tessella.definition_versions DROP CONSTRAINT definition_versions_kind_check;
ALTER TABLE tessella.definition_versions ADD CONSTRAINT definition_versions_kind_check CHECK (
    kind IN ('feature', 'segment', 'profile', 'campaign', 'source', 'prediction', 'offer', 'experiment', 'defaults')
);
ALTER TABLE tessella.drafts DROP CONSTRAINT drafts_kind_check;
ALTER TABLE tessella.drafts ADD CONSTRAINT drafts_kind_check CHECK (
    kind IN ('feature', 'segment', 'profile', 'campaign', 'source', 'prediction', 'offer', 'experiment', 'defaults')
);

-- The namespaces that have had experiments, for those who refresh them: nothing else tells them all. Outside of row
-- security, as everything in this schema; it has names of namespaces, and no more.
CREATE TABLE jobs.experiment_namespaces (
    namespace text COLLATE "C" PRIMARY KEY
);
