-- The versions of each namespace's ranking index. Their files are in the index folder; a version without a row here is no
-- version. At most one is active, and `manifest_sha256` says which files are its own.
CREATE TABLE tessella.ranking_indexes (
    namespace       text COLLATE "C" NOT NULL,
    version         uuid NOT NULL,
    state           text NOT NULL DEFAULT 'building' CHECK (state IN ('building', 'active', 'superseded')),
    as_of           timestamptz NOT NULL,
    begun_at        timestamptz NOT NULL DEFAULT now(),
    published_at    timestamptz,
    manifest_sha256 text,
    bytes           bigint,
    -- items, events, unknown_items
    counts          jsonb,
    settings        jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (namespace, version),
    CHECK (state = 'building' OR (published_at, manifest_sha256, bytes, counts) IS NOT NULL)
);
CREATE UNIQUE INDEX ranking_indexes_active ON tessella.ranking_indexes (namespace) WHERE state = 'active';

ALTER TABLE tessella.ranking_indexes ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.ranking_indexes FORCE ROW LEVEL SECURITY;
