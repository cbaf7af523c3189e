-- What PostgreSQL's catalogue says against row security and the least privilege of tessella_app. No row: all is well.
WITH relation AS (
    SELECT * FROM pg_class WHERE relnamespace = 'tessella'::regnamespace
), routine AS (
    SELECT * FROM pg_proc WHERE pronamespace IN ('tessella'::regnamespace, 'jobs'::regnamespace)
), everything AS (
    SELECT * FROM pg_class WHERE relnamespace IN ('tessella'::regnamespace, 'jobs'::regnamespace)
)
SELECT 'row security is not forced' AS problem, relname::text AS subject
  FROM relation WHERE relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)
UNION ALL
SELECT 'granted without a policy for the verb', relname || '.' || lower(verb)
  FROM relation, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS verb
 WHERE relkind IN ('r', 'p') AND has_table_privilege('tessella_app', oid, verb)
   AND NOT EXISTS (SELECT FROM pg_policies WHERE schemaname = 'tessella' AND tablename = relname
                      AND cmd IN (verb, 'ALL') AND 'tessella_app' = ANY(roles))
UNION ALL
SELECT 'policy does not compare the namespace', tablename || '.' || policyname
  FROM pg_policies
 WHERE schemaname = 'tessella' AND roles <> '{tessella_owner}'
   AND (coalesce(qual, with_check) !~ ('^\(\(namespace = \( SELECT NULLIF\(current_setting\(''tessella\.namespace''::text, true\), '
        || '''''::text\) AS "?nullif"?\)\) AND \(')
        OR cmd = 'UPDATE' AND qual IS DISTINCT FROM with_check)
UNION ALL
SELECT 'policy is open to other roles', tablename || '.' || policyname
  FROM pg_policies WHERE schemaname = 'tessella' AND roles NOT IN ('{tessella_owner}', '{tessella_app}')
UNION ALL
SELECT 'partition can be read by itself', relname
  FROM relation WHERE relispartition AND has_table_privilege('tessella_app', oid, 'SELECT, INSERT, UPDATE, DELETE')
UNION ALL
SELECT 'view runs with the rights of its owner', relname
  FROM relation WHERE relkind = 'v' AND NOT coalesce(reloptions::text ~ 'security_invoker=(true|on|1)', false)
UNION ALL
SELECT 'materialised view is granted', relname
  FROM relation WHERE relkind = 'm' AND has_table_privilege('tessella_app', oid, 'SELECT')
UNION ALL
SELECT 'TRUNCATE, REFERENCES or TRIGGER is granted', relname
  FROM everything WHERE relkind IN ('r', 'p') AND has_table_privilege('tessella_app', oid, 'TRUNCATE, REFERENCES, TRIGGER')
UNION ALL
SELECT 'everybody may use it', relname
  FROM everything, aclexplode(relacl) AS granted WHERE granted.grantee = 0
UNION ALL
-- Schema jobs is exempt from row security. What may be in it is listed: ids of runs, and names of namespaces.
SELECT 'not on the list of what may do without row security', relname
  FROM everything
 WHERE relnamespace = 'jobs'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') AND relname NOT IN (
       'alembic_version', 'run_namespaces', 'audience_namespaces', 'experiment_namespaces', 'taxonomy_namespaces',
       'all_namespaces', 'outbox', 'procrastinate_jobs', 'procrastinate_events', 'procrastinate_workers',
       'procrastinate_periodic_defers')
UNION ALL
SELECT 'SECURITY DEFINER function can be called', proname
  FROM routine WHERE prosecdef AND has_function_privilege('tessella_app', oid, 'EXECUTE')
UNION ALL
SELECT 'function hides a setting from the planner (IMMUTABLE)', proname
  FROM routine WHERE provolatile = 'i' AND prosrc ~ 'current_setting'
UNION ALL
SELECT 'unique index does not lead with the namespace', index.indexrelid::regclass::text
  FROM pg_index AS index JOIN relation ON relation.oid = index.indrelid
 WHERE index.indisunique AND relation.relkind IN ('r', 'p') AND NOT EXISTS (
       SELECT FROM pg_attribute WHERE attrelid = relation.oid AND attname = 'namespace' AND attnum = index.indkey[0])
UNION ALL
SELECT 'foreign key does not lead from namespace to namespace', conname
  FROM pg_constraint JOIN relation ON relation.oid = conrelid
 WHERE contype = 'f' AND NOT EXISTS (
       SELECT FROM pg_attribute AS own, pg_attribute AS other
        WHERE own.attrelid = conrelid AND own.attnum = conkey[1] AND own.attname = 'namespace'
          AND other.attrelid = confrelid AND other.attnum = confkey[1] AND other.attname = 'namespace')
UNION ALL
SELECT 'sequence tells how much others write', relname FROM relation WHERE relkind = 'S'
UNION ALL
SELECT 'tessella_app or tessella_owner has too much power', rolname
  FROM pg_roles
 WHERE rolname IN ('tessella_app', 'tessella_owner')
   AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
UNION ALL
SELECT 'tessella_app is a member of', role.rolname
  FROM pg_auth_members AS membership JOIN pg_roles AS role ON role.oid = membership.roleid
 WHERE membership.member = 'tessella_app'::regrole
UNION ALL
SELECT 'tessella_app owns', relname FROM everything WHERE relowner = 'tessella_app'::regrole
UNION ALL
SELECT 'commits may be lost', name || ' = ' || setting
  FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'
ORDER BY 1, 2
