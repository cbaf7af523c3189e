-- Every table leads its keys with the namespace and is under FORCE ROW LEVEL SECURITY. Policies and grants are not
-- here: they are made from tessella/access/matrix.yaml at the end of every upgrade, views likewise.
-- Keys are COLLATE "C": their order is that of code points on every server, whatever its locale becomes.

CREATE SCHEMA tessella;

CREATE TABLE tessella.namespaces (
    namespace  text COLLATE "C" PRIMARY KEY CHECK (namespace ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tessella.api_keys (
    namespace   text COLLATE "C" NOT NULL REFERENCES tessella.namespaces,
    key_id      text COLLATE "C" NOT NULL,
    secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
    role        text NOT NULL CHECK (role IN ('client', 'reader', 'monitor', 'admin', 'superadmin', 'service')),
    label       text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now(),
    revoked_at  timestamptz,
    PRIMARY KEY (namespace, key_id)
);

-- Never changed, never removed. A version without a body says that the object was deleted.
CREATE TABLE tessella.definition_versions (
    namespace  text COLLATE "C" NOT NULL REFERENCES tessella.namespaces,
    kind       text COLLATE "C" NOT NULL CHECK (kind IN ('feature', 'segment', 'profile', 'campaign', 'defaults')),
    identifier text COLLATE "C" NOT NULL CHECK (length(identifier) BETWEEN 1 AND 128),
    version    integer NOT NULL CHECK (version > 0),
    body       jsonb,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by text NOT NULL,
    PRIMARY KEY (namespace, kind, identifier, version)
);

-- Which version of an object holds. An object that is deleted has no row.
CREATE TABLE tessella.active_definitions (
    namespace  text COLLATE "C" NOT NULL,
    kind       text COLLATE "C" NOT NULL,
    identifier text COLLATE "C" NOT NULL,
    version    integer NOT NULL,
    PRIMARY KEY (namespace, kind, identifier),
    FOREIGN KEY (namespace, kind, identifier, version) REFERENCES tessella.definition_versions
);

-- Counts the publishes of a namespace. Its row is the lock under which they take turns.
CREATE TABLE tessella.snapshot_versions (
    namespace  text COLLATE "C" PRIMARY KEY REFERENCES tessella.namespaces,
    version    bigint NOT NULL DEFAULT 0,
    changed_at timestamptz NOT NULL DEFAULT now()
);

-- The tables below grow with subjects, so they have no foreign key to namespaces: the policy has checked the namespace.
-- `changed` is the transaction that wrote a row: servers ask for what they could not see when they last looked. Its index
-- does not lead with the namespace: right after a bulk load, before statistics, it would be taken to look subjects up.
CREATE TABLE tessella.subject_facts (
    namespace  text COLLATE "C" NOT NULL,
    subject_id text COLLATE "C" NOT NULL CHECK (length(subject_id) BETWEEN 1 AND 256),
    feature    text COLLATE "C" NOT NULL,
    value      jsonb NOT NULL,
    as_of      timestamptz NOT NULL,
    changed    xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (namespace, subject_id, feature)
);
CREATE INDEX subject_facts_changed ON tessella.subject_facts (changed, namespace);

CREATE TABLE tessella.personalization_settings (
    namespace               text COLLATE "C" NOT NULL,
    subject_id              text COLLATE "C" NOT NULL CHECK (length(subject_id) BETWEEN 1 AND 256),
    personalization_enabled boolean NOT NULL,
    data_sharing_consent    boolean NOT NULL,
    updated_at              timestamptz NOT NULL DEFAULT now(),
    changed                 xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (namespace, subject_id)
);
CREATE INDEX personalization_settings_changed ON tessella.personalization_settings (changed, namespace);

-- `body_hash` covers all that the sender said about the event: the same id with another body is a conflict.
CREATE TABLE tessella.events (
    namespace   text COLLATE "C" NOT NULL,
    event_id    text COLLATE "C" NOT NULL CHECK (length(event_id) BETWEEN 1 AND 256),
    subject_id  text COLLATE "C" NOT NULL CHECK (length(subject_id) BETWEEN 1 AND 256),
    event_type  text COLLATE "C" NOT NULL CHECK (length(event_type) BETWEEN 1 AND 128),
    occurred_at timestamptz NOT NULL,
    item_id     text COLLATE "C",
    value       double precision,
    properties  jsonb NOT NULL DEFAULT '{}',
    received_at timestamptz NOT NULL DEFAULT now(),
    body_hash   bigint NOT NULL,
    PRIMARY KEY (namespace, event_id)
);

-- `decision_id` is a UUID version 7, so that its order is the order of recording.
CREATE TABLE tessella.decision_audit (
    namespace        text COLLATE "C" NOT NULL,
    decision_id      uuid NOT NULL,
    user_hash        text COLLATE "C",
    segment_id       text COLLATE "C" NOT NULL,
    profile_id       text COLLATE "C",
    rule_id          text COLLATE "C",
    snapshot_version bigint NOT NULL,
    at               timestamptz NOT NULL,
    recorded_at      timestamptz NOT NULL,
    body             jsonb NOT NULL,
    PRIMARY KEY (namespace, decision_id)
);
CREATE INDEX decision_audit_user ON tessella.decision_audit (namespace, user_hash, decision_id);
CREATE INDEX decision_audit_segment ON tessella.decision_audit (namespace, segment_id, decision_id);

CREATE TABLE tessella.job_runs (
    namespace  text COLLATE "C" NOT NULL REFERENCES tessella.namespaces,
    run_id     uuid NOT NULL,
    job        text NOT NULL,
    inputs     jsonb NOT NULL DEFAULT '{}',
    state      text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'succeeded', 'failed')),
    progress   real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    result     jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, run_id)
);

DO $$
DECLARE
    each regclass;
BEGIN
    FOR each IN SELECT oid FROM pg_class WHERE relnamespace = 'tessella'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', each);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', each);
    END LOOP;
END
$$;
