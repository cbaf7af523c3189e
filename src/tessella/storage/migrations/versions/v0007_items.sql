-- The catalogue: what a ranking puts in order. An item belongs to no subject.
--
-- A deleted item keeps its row, without all that was said of it: servers whose index still holds it learn by `changed`
-- that it is gone. `changed` is the transaction that wrote a row, as with facts.
CREATE TABLE tessella.items (
    namespace       text COLLATE "C" NOT NULL,
    item_id         text COLLATE "C" NOT NULL CHECK (length(item_id) BETWEEN 1 AND 256),
    name            text CHECK (length(name) BETWEEN 1 AND 512),
    brand           text CHECK (length(brand) BETWEEN 1 AND 128),
    category        text CHECK (length(category) BETWEEN 1 AND 128),
    price           double precision CHECK (price >= 0 AND price < 'Infinity'),
    tags            text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 100),
    regions         text[] NOT NULL DEFAULT '{}' CHECK (cardinality(regions) <= 100),
    properties      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(properties) = 'object'),
    available       boolean NOT NULL DEFAULT true,
    available_from  timestamptz,
    available_until timestamptz,
    embedding       real[] CHECK (cardinality(embedding) BETWEEN 1 AND 4096),
    deleted         boolean NOT NULL DEFAULT false,
    changed         xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (namespace, item_id),
    CHECK (available_from < available_until)
);
CREATE INDEX items_changed ON tessella.items (changed, namespace);
-- One look tells how many numbers the namespace's embeddings have.
CREATE INDEX items_embedded ON tessella.items (namespace) WHERE embedding IS NOT NULL;

ALTER TABLE tessella.items ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.items FORCE ROW LEVEL SECURITY;
