-- Audit rows chained to one another, and the head of each chain.

-- The body is hashed as it was written, and jsonb would write it anew.
ALTER TABLE tessella.decision_audit
    ALTER COLUMN body TYPE json,
    ADD COLUMN writer uuid,
    ADD COLUMN sequence bigint CHECK (sequence > 0),
    ADD COLUMN hash bytea CHECK (length(hash) = 32);

-- A chain cannot fork. Verifying reads the rows in this order.
CREATE UNIQUE INDEX decision_audit_chain ON tessella.decision_audit (namespace, writer, sequence)
 WHERE writer IS NOT NULL;
CREATE INDEX decision_audit_unchained ON tessella.decision_audit (namespace) WHERE writer IS NULL;

-- How far a writer came; written in the transaction that adds rows. `follows` names the writers that nobody had followed
-- yet when this one began. `previous` is the sequence that the last transaction of the writer went on from.
CREATE TABLE tessella.audit_heads (
    namespace text COLLATE "C" NOT NULL,
    writer    uuid NOT NULL,
    previous  bigint NOT NULL,
    sequence  bigint NOT NULL CHECK (sequence >= previous),
    follows   uuid[] NOT NULL,
    seal      bytea NOT NULL,
    PRIMARY KEY (namespace, writer)
);

-- Rows from before have no writer: all that can be said of them is how many there were.
INSERT INTO tessella.audit_heads (namespace, writer, previous, sequence, follows, seal)
SELECT namespace, '00000000-0000-0000-0000-000000000000', 0, count(*), '{}', ''
  FROM tessella.decision_audit GROUP BY namespace;

-- From now on every row is a link of a chain. The old rows are left as they are.
ALTER TABLE tessella.decision_audit ADD CONSTRAINT decision_audit_is_chained
      CHECK (num_nonnulls(writer, sequence, hash) = 3) NOT VALID;

-- A transaction that was thought lost and commits late must not go on from where another has gone on meanwhile: it
-- fails as a serialization failure does, and its sender reads the head again.
CREATE FUNCTION tessella.audit_head_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.previous <> old.sequence THEN
        RAISE EXCEPTION 'the chain is at %, not at %', old.sequence, new.previous USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN new;
END
$$;
CREATE TRIGGER goes_on BEFORE UPDATE ON tessella.audit_heads
   FOR EACH ROW EXECUTE FUNCTION tessella.audit_head_goes_on();

ALTER TABLE tessella.audit_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.audit_heads FORCE ROW LEVEL SECURITY;
