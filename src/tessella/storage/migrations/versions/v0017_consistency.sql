-- Checks that decide the same subjects online and set-wise. Reports name no subject but by a pseudonym.
CREATE TABLE tessella.consistency_checks (
    namespace text COLLATE "C" NOT NULL,
    check_id  uuid NOT NULL,
    made_at   timestamptz NOT NULL DEFAULT now(),
    compared  bigint NOT NULL CHECK (compared >= 0),
    disagreed bigint NOT NULL CHECK (disagreed BETWEEN 0 AND compared),
    report    jsonb NOT NULL,
    PRIMARY KEY (namespace, check_id)
);
ALTER TABLE tessella.consistency_checks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.consistency_checks FORCE ROW LEVEL SECURITY;

-- The namespaces that have audiences, for what is done in each of them at night: nothing else tells them all. Outside of
-- row security, as everything in this schema; it has names of namespaces, and no more.
CREATE TABLE jobs.audience_namespaces (
    namespace text COLLATE "C" PRIMARY KEY
);
INSERT INTO jobs.audience_namespaces SELECT DISTINCT namespace FROM tessella.audience_calculations;
