-- The calibrated taxonomies of games. The newest version of a game is the one in force; none is ever changed, but the norms
-- of old ones are let go. The documents are json and not jsonb: jsonb would lose the sign of -0.0.
CREATE TABLE tessella.taxonomies (
    namespace          text COLLATE "C" NOT NULL,
    game_id            text COLLATE "C" NOT NULL,
    version            bigint NOT NULL CHECK (version > 0),
    calibrated_at      timestamptz NOT NULL,
    -- A digest of what the game declared, as far as a calibration reads it.
    declared           text NOT NULL,
    players            bigint NOT NULL CHECK (players >= 0),
    variance_explained double precision NOT NULL,
    document           json NOT NULL,
    -- What days are ordinary; NULL of a version that is no longer in force.
    norms              json,
    PRIMARY KEY (namespace, game_id, version)
);

-- The last refresh of each game: which days players' baselines tell of, and in which order of metrics.
CREATE TABLE tessella.taxonomy_refreshes (
    namespace        text COLLATE "C" NOT NULL,
    game_id          text COLLATE "C" NOT NULL,
    as_of_day        integer NOT NULL,
    metrics          text[] NOT NULL,
    declared         text NOT NULL,
    players          bigint NOT NULL CHECK (players >= 0),
    refreshed_at     timestamptz NOT NULL,
    -- The version that profiles are by; NULL before the first.
    profiles_version bigint,
    profiled_at      timestamptz,
    -- The version that everything is by: profiles, facts and drift; another one where a refresh has broken off.
    told_version     bigint,
    -- Of the profiles, the mean; NULL where there are none.
    mean_confidence  double precision,
    -- How far players are by now from those that the taxonomy was calibrated on; NULL where nobody looked.
    drift            jsonb,
    -- What was dropped of the days, by reason.
    left_out         jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (namespace, game_id)
);

-- One player: sums over the days of the window by context and metric, and the last days as they were.
CREATE TABLE tessella.player_baselines (
    namespace text COLLATE "C" NOT NULL,
    game_id   text COLLATE "C" NOT NULL,
    player_id text COLLATE "C" NOT NULL,
    days      integer NOT NULL CHECK (days >= 0),
    -- (3, contexts, metrics): counts, sums, squares.
    sums      double precision[] NOT NULL,
    -- (days, 2 + metrics): the day, the position of its context, the values.
    recent    double precision[] NOT NULL,
    PRIMARY KEY (namespace, game_id, player_id)
);

-- Where each player stood when profiles were last told. Source: requirement C, "player_segment_memberships".
CREATE TABLE tessella.player_profiles (
    namespace         text COLLATE "C" NOT NULL,
    game_id           text COLLATE "C" NOT NULL,
    player_id         text COLLATE "C" NOT NULL,
    version           bigint NOT NULL,
    days              integer NOT NULL CHECK (days >= 0),
    variance_coverage double precision NOT NULL,
    confidence        double precision NOT NULL,
    -- The strongest memberships, at most 7.
    memberships       jsonb NOT NULL,
    updated_at        timestamptz NOT NULL,
    PRIMARY KEY (namespace, game_id, player_id)
);

-- Where the system before and this one answered otherwise. `player` is a pseudonym.
CREATE TABLE tessella.taxonomy_differences (
    namespace     text COLLATE "C" NOT NULL,
    difference_id uuid NOT NULL,
    game_id       text COLLATE "C" NOT NULL,
    player        text COLLATE "C" NOT NULL,
    at            timestamptz NOT NULL,
    -- What was compared, such as a profile or an anomaly.
    asked         text NOT NULL,
    strategy      text NOT NULL,
    -- Which of the two was told.
    answered      text NOT NULL,
    -- 0 to 1; NULL where one of the two gave no answer.
    similarity    double precision CHECK (similarity BETWEEN 0 AND 1),
    causes        jsonb NOT NULL,
    PRIMARY KEY (namespace, difference_id)
);
CREATE INDEX taxonomy_differences_of_game ON tessella.taxonomy_differences (namespace, game_id, difference_id);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'taxonomies', 'taxonomy_refreshes', 'player_baselines', 'player_profiles', 'taxonomy_differences'
    ] LOOP
        EXECUTE format('ALTER TABLE tessella.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE tessella.%I FORCE ROW LEVEL SECURITY', name);
    END LOOP;
END
$$;

-- The namespaces that have had a taxonomy, for the nightly refresh. Outside of row security, as everything in this schema;
-- it has names of namespaces, and no more.
CREATE TABLE jobs.taxonomy_namespaces (
    namespace text COLLATE "C" PRIMARY KEY
);
