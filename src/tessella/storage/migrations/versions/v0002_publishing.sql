-- Publishes with what each changed, and drafts.
-- An object's state at snapshot version N is its latest change up to N: the state at every version can be read back.

CREATE TABLE tessella.publishes (
    namespace        text COLLATE "C" NOT NULL REFERENCES tessella.namespaces,
    snapshot_version bigint NOT NULL CHECK (snapshot_version > 0),
    published_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    published_by     text NOT NULL,
    comment          text NOT NULL DEFAULT '' CHECK (length(comment) <= 1000),
    PRIMARY KEY (namespace, snapshot_version)
);

-- `version` is the one that the publish made active; NULL where it took the object away.
CREATE TABLE tessella.publish_changes (
    namespace        text COLLATE "C" NOT NULL,
    snapshot_version bigint NOT NULL,
    kind             text COLLATE "C" NOT NULL,
    identifier       text COLLATE "C" NOT NULL,
    version          integer,
    PRIMARY KEY (namespace, kind, identifier, snapshot_version),
    FOREIGN KEY (namespace, snapshot_version) REFERENCES tessella.publishes,
    FOREIGN KEY (namespace, kind, identifier, version) REFERENCES tessella.definition_versions
);
CREATE INDEX publish_changes_publish ON tessella.publish_changes (namespace, snapshot_version);

-- One draft an object. Without a body it is to delete the object. `base_version` is the version that was active when
-- the draft was begun, 0 for none.
CREATE TABLE tessella.drafts (
    namespace    text COLLATE "C" NOT NULL REFERENCES tessella.namespaces,
    kind         text COLLATE "C" NOT NULL CHECK (kind IN ('feature', 'segment', 'profile', 'campaign', 'defaults')),
    identifier   text COLLATE "C" NOT NULL CHECK (length(identifier) BETWEEN 1 AND 128),
    body         jsonb,
    base_version integer NOT NULL CHECK (base_version >= 0),
    changed_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed_by   text NOT NULL,
    PRIMARY KEY (namespace, kind, identifier)
);

-- The past of what was published before. The versions of one publish were stored in one transaction, so they share
-- `changed_at`; a publish is numbered by its place in time. Where the numbers do not come out (a publish left no row, or
-- two overlapped), the past is not known for certain: then only the present is kept, as the latest publish.
CREATE TABLE tessella.past AS
SELECT namespace, kind, identifier, version, body IS NULL AS deleted, changed_at, changed_by,
       dense_rank() OVER (PARTITION BY namespace ORDER BY changed_at) AS snapshot_version,
       coalesce(changed_at < lag(changed_at) OVER (PARTITION BY namespace, kind, identifier ORDER BY version), false)
           AS out_of_order
  FROM tessella.definition_versions;

CREATE TABLE tessella.certain AS
SELECT namespace
  FROM tessella.past JOIN tessella.snapshot_versions AS present USING (namespace)
 GROUP BY namespace, present.version
HAVING max(snapshot_version) = present.version AND NOT bool_or(out_of_order);

INSERT INTO tessella.publishes (namespace, snapshot_version, published_at, published_by)
SELECT namespace, snapshot_version, min(changed_at), min(changed_by)
  FROM tessella.past JOIN tessella.certain USING (namespace)
 GROUP BY namespace, snapshot_version;

INSERT INTO tessella.publish_changes (namespace, snapshot_version, kind, identifier, version)
SELECT DISTINCT ON (namespace, kind, identifier, snapshot_version)
       namespace, snapshot_version, kind, identifier, CASE WHEN deleted THEN NULL ELSE version END
  FROM tessella.past JOIN tessella.certain USING (namespace)
 ORDER BY namespace, kind, identifier, snapshot_version, past.version DESC;

INSERT INTO tessella.publishes (namespace, snapshot_version, published_at, published_by, comment)
SELECT namespace, version, changed_at, 'upgrade', 'What was defined when the history of publishes began.'
  FROM tessella.snapshot_versions
 WHERE version > 0 AND namespace NOT IN (SELECT namespace FROM tessella.certain);

INSERT INTO tessella.publish_changes (namespace, snapshot_version, kind, identifier, version)
SELECT active.namespace, present.version, active.kind, active.identifier, active.version
  FROM tessella.active_definitions AS active JOIN tessella.snapshot_versions AS present USING (namespace)
 WHERE namespace NOT IN (SELECT namespace FROM tessella.certain);

DROP TABLE tessella.past, tessella.certain;

-- Last: the policies that let anybody read or write these tables are made after the migrations.
ALTER TABLE tessella.publishes ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.publishes FORCE ROW LEVEL SECURITY;
ALTER TABLE tessella.publish_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.publish_changes FORCE ROW LEVEL SECURITY;
ALTER TABLE tessella.drafts ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.drafts FORCE ROW LEVEL SECURITY;
