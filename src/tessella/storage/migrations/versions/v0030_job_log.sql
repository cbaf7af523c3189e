-- What was said while a run was worked on: its last lines, as `ports.jobs.RunLine` is written. It goes when the run goes.
ALTER TABLE tessella.job_runs
    ADD COLUMN log jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(log) = 'array'),
    ALTER COLUMN log SET STATISTICS 0;
