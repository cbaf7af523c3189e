-- What a key is bound to. Whoever it acts for is a person: no statistics of the column are kept.
ALTER TABLE tessella.api_keys
    ADD COLUMN subject_id text COLLATE "C" CHECK (length(subject_id) BETWEEN 1 AND 256),
    ADD COLUMN allowed_networks cidr[] NOT NULL DEFAULT '{}',
    -- Sealed to the row. NULL: requests of the key need no signature.
    ADD COLUMN signing_secret bytea,
    ADD CONSTRAINT api_keys_subject_of_role CHECK (subject_id IS NULL OR role IN ('client', 'reader'));
ALTER TABLE tessella.api_keys ALTER COLUMN subject_id SET STATISTICS 0;
CREATE INDEX api_keys_subject ON tessella.api_keys (namespace, subject_id) WHERE subject_id IS NOT NULL;

-- The signatures that were taken: a second request with one of them is refused by every process.
CREATE TABLE tessella.signed_requests (
    namespace text COLLATE "C" NOT NULL,
    key_id    text COLLATE "C" NOT NULL,
    signature bytea NOT NULL CHECK (octet_length(signature) = 32),
    taken_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, key_id, signature)
);
ALTER TABLE tessella.signed_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.signed_requests FORCE ROW LEVEL SECURITY;
