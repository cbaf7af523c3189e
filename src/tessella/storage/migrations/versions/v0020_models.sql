-- The versions of each model of a namespace. Their files are in the model folder; a version without a row here is no
-- version. At most one of a model is active, and `manifest_sha256` says which files are its own. Rows and files are never
-- changed but for `state`.
CREATE TABLE tessella.models (
    namespace       text COLLATE "C" NOT NULL,
    model_id        text COLLATE "C" NOT NULL,
    version         bigint NOT NULL CHECK (version > 0),
    state           text NOT NULL DEFAULT 'kept' CHECK (state IN ('active', 'kept')),
    manifest_sha256 text NOT NULL,
    -- As it is in the file, for lists and cards.
    manifest        jsonb NOT NULL,
    added_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, model_id, version)
);
CREATE UNIQUE INDEX models_active ON tessella.models (namespace, model_id) WHERE state = 'active';

ALTER TABLE tessella.models ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.models FORCE ROW LEVEL SECURITY;

-- Each time that a version was made the active one, counted for each model; the latest row of a model tells the one that
-- is. `follows` is the activation that going back leads to.
CREATE TABLE tessella.model_activations (
    namespace    text COLLATE "C" NOT NULL,
    model_id     text COLLATE "C" NOT NULL,
    number       bigint NOT NULL CHECK (number > 0),
    version      bigint NOT NULL,
    follows      bigint,
    activated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, model_id, number),
    FOREIGN KEY (namespace, model_id, version) REFERENCES tessella.models (namespace, model_id, version),
    FOREIGN KEY (namespace, model_id, follows) REFERENCES tessella.model_activations (namespace, model_id, number)
);
ALTER TABLE tessella.model_activations ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.model_activations FORCE ROW LEVEL SECURITY;
