-- What a run has to tell. The tables and functions of procrastinate are made just before this, in schema jobs.

-- Its functions name its tables without their schema, and triggers run them in whatever search_path there is.
DO $$
DECLARE
    each regprocedure;
BEGIN
    FOR each IN SELECT oid FROM pg_proc WHERE pronamespace = 'jobs'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = jobs, pg_temp', each);
    END LOOP;
END
$$;

ALTER TABLE tessella.job_runs
    DROP CONSTRAINT job_runs_state_check,
    ADD CONSTRAINT job_runs_state_check CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    ADD COLUMN error            jsonb,
    ADD COLUMN attempts         integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    -- An attempt beyond this one is not made: a run that ends its worker each time must come to an end itself.
    ADD COLUMN attempts_allowed integer NOT NULL DEFAULT 10,
    ADD COLUMN worker           text,
    ADD COLUMN started_at       timestamptz,
    ADD COLUMN heartbeat_at     timestamptz,
    ADD COLUMN finished_at      timestamptz;

-- Nothing worked on runs before now, and nothing in the queue stands for those that wait.
UPDATE tessella.job_runs
   SET state = 'failed', finished_at = now(),
       error = '{"kind": "NeverQueued", "message": "It was asked for before there were workers.", "faults": []}'
 WHERE state IN ('queued', 'running');

-- Asking for what is being done already gives that run.
CREATE UNIQUE INDEX job_runs_open ON tessella.job_runs (namespace, job, inputs) WHERE state IN ('queued', 'running');

-- The namespace of a run, for the worker: the queue holds a run's id only, and job_runs tells nothing without the
-- namespace. Outside of row security, as everything in this schema; it has names of namespaces, and no more.
CREATE TABLE jobs.run_namespaces (
    run_id    uuid PRIMARY KEY,
    namespace text COLLATE "C" NOT NULL,
    FOREIGN KEY (namespace, run_id) REFERENCES tessella.job_runs ON DELETE CASCADE
);
