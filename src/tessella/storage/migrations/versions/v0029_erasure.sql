-- Who was erased: a keyed pseudonym, and in the end nothing else of them. `changed` is the transaction that wrote a row: servers ask
-- for what they could not see when they last looked, and drop what they remember.
CREATE TABLE tessella.erasures (
    namespace text COLLATE "C" NOT NULL,
    user_hash text COLLATE "C" NOT NULL CHECK (user_hash ~ '^[0-9a-f]{32}$'),
    erased_at timestamptz NOT NULL DEFAULT now(),
    -- Who it is, sealed by the server for its other processes; NULL as soon as they have forgotten the subject.
    sealed    bytea,
    changed   xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (namespace, user_hash)
);
CREATE INDEX erasures_changed ON tessella.erasures (changed, namespace);
ALTER TABLE tessella.erasures ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.erasures FORCE ROW LEVEL SECURITY;

-- A row that had to be changed keeps its hash, so that the chain goes on over it, and gets a seal. Its body is then an
-- object without anything of the subject.
ALTER TABLE tessella.decision_audit ADD COLUMN seal bytea CHECK (length(seal) = 32);
CREATE INDEX decision_audit_recorded ON tessella.decision_audit USING brin (recorded_at);

-- Rows up to `cut` are gone, as they had been kept long enough.
ALTER TABLE tessella.audit_heads
    ADD COLUMN cut      bigint NOT NULL DEFAULT 0,
    ADD COLUMN cut_hash bytea CHECK (length(cut_hash) = 32),
    ADD COLUMN cut_seal bytea CHECK (length(cut_seal) = 32),
    ADD CHECK (cut BETWEEN 0 AND sequence),
    ADD CHECK (cut = 0 OR num_nonnulls(cut_hash, cut_seal) = 2);
DROP TRIGGER goes_on ON tessella.audit_heads;
CREATE TRIGGER goes_on BEFORE UPDATE OF previous, sequence, seal ON tessella.audit_heads
   FOR EACH ROW EXECUTE FUNCTION tessella.audit_head_goes_on();

-- What is kept for so long is found without the rest being read.
CREATE INDEX events_received ON tessella.events USING brin (received_at);

-- Statistics hold values of rows, and hold them on after the rows have gone. Queries look subjects up by keys: without
-- statistics their plans read the same index.
ALTER TABLE tessella.subject_facts ALTER subject_id SET STATISTICS 0, ALTER value SET STATISTICS 0;
ALTER TABLE tessella.personalization_settings ALTER subject_id SET STATISTICS 0;
ALTER TABLE tessella.events
    ALTER subject_id SET STATISTICS 0, ALTER event_id SET STATISTICS 0, ALTER properties SET STATISTICS 0;
ALTER TABLE tessella.membership_changes ALTER subject_id SET STATISTICS 0;
ALTER TABLE tessella.kept_predictions ALTER subject_id SET STATISTICS 0;
ALTER TABLE tessella.idempotency_keys ALTER subject_id SET STATISTICS 0, ALTER key SET STATISTICS 0;
ALTER TABLE tessella.outcomes_pending ALTER subject_id SET STATISTICS 0, ALTER event_id SET STATISTICS 0;
ALTER TABLE tessella.assignments ALTER user_identifier SET STATISTICS 0;
ALTER TABLE tessella.experiment_reward_events
    ALTER user_identifier SET STATISTICS 0, ALTER event_id SET STATISTICS 0;
ALTER TABLE tessella.experiment_unit_rewards ALTER user_identifier SET STATISTICS 0;
ALTER TABLE tessella.player_baselines ALTER player_id SET STATISTICS 0;
ALTER TABLE tessella.player_profiles ALTER player_id SET STATISTICS 0;
ALTER TABLE tessella.personalization_features ALTER user_id SET STATISTICS 0;
ALTER TABLE tessella.personalization_ranks ALTER user_id SET STATISTICS 0;
ALTER TABLE tessella.personalization_rationales ALTER user_id SET STATISTICS 0;
ALTER TABLE tessella.job_runs
    ALTER inputs SET STATISTICS 0, ALTER result SET STATISTICS 0, ALTER error SET STATISTICS 0;
ALTER TABLE tessella.deliveries ALTER body SET STATISTICS 0;
