-- Calculated audiences: what each counted, and who entered and left which segment.

-- The calculations of each namespace, those that failed too. Their files are in the audience folder, of the last few only;
-- `manifest_sha256` says which files are those of a version. At most one is active.
CREATE TABLE tessella.audience_calculations (
    namespace        text COLLATE "C" NOT NULL,
    version          uuid NOT NULL,
    state            text NOT NULL DEFAULT 'calculating'
                     CHECK (state IN ('calculating', 'active', 'superseded', 'failed')),
    as_of            timestamptz NOT NULL,
    begun_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at         timestamptz,
    kind             text CHECK (kind IN ('full', 'incremental')),
    snapshot_version bigint,
    subjects         bigint CHECK (subjects >= 0),
    manifest_sha256  text,
    bytes            bigint,
    -- The number of the last change that was found up to then.
    last_change      bigint NOT NULL DEFAULT 0,
    problem          text NOT NULL DEFAULT '',
    PRIMARY KEY (namespace, version),
    CHECK ((state = 'calculating') = (ended_at IS NULL)),
    CHECK ((state = 'failed') = (problem <> '')),
    CHECK (state NOT IN ('active', 'superseded')
           OR (kind, snapshot_version, subjects, manifest_sha256, bytes) IS NOT NULL)
);
CREATE UNIQUE INDEX audience_calculations_active ON tessella.audience_calculations (namespace) WHERE state = 'active';

-- How many subjects each segment held. Kept longer than the files, for the trend.
CREATE TABLE tessella.audience_counts (
    namespace     text COLLATE "C" NOT NULL,
    version       uuid NOT NULL,
    segment_id    text COLLATE "C" NOT NULL,
    position      integer NOT NULL CHECK (position >= 0),
    members       bigint NOT NULL CHECK (members >= 0),
    first_matches bigint NOT NULL CHECK (first_matches BETWEEN 0 AND members),
    PRIMARY KEY (namespace, segment_id, version),
    FOREIGN KEY (namespace, version) REFERENCES tessella.audience_calculations ON DELETE CASCADE
);
CREATE INDEX audience_counts_version ON tessella.audience_counts (namespace, version);

-- Who entered and left which segment between a calculation and the one before it, numbered in each namespace: it has one
-- calculation at a time, so that numbers grow in the order of commits.
CREATE TABLE tessella.membership_changes (
    namespace  text COLLATE "C" NOT NULL,
    number     bigint NOT NULL,
    version    uuid NOT NULL,
    segment_id text COLLATE "C" NOT NULL,
    subject_id text COLLATE "C" NOT NULL,
    entered    boolean NOT NULL,
    cause      text NOT NULL CHECK (cause IN ('data', 'definition')),
    as_of      timestamptz NOT NULL,
    found_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, segment_id, number)
);
CREATE INDEX membership_changes_found ON tessella.membership_changes USING brin (found_at);

ALTER TABLE tessella.audience_calculations ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.audience_calculations FORCE ROW LEVEL SECURITY;
ALTER TABLE tessella.audience_counts ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.audience_counts FORCE ROW LEVEL SECURITY;
ALTER TABLE tessella.membership_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.membership_changes FORCE ROW LEVEL SECURITY;
