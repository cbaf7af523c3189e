-- The last transaction of each writer, written in that transaction: what says whether a COMMIT without an answer took place.
CREATE TABLE tessella.writer_marks (
    namespace text COLLATE "C" NOT NULL,
    writer    uuid NOT NULL,
    mark      bigint NOT NULL,
    marked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, writer)
) WITH (fillfactor = 20);

ALTER TABLE tessella.writer_marks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tessella.writer_marks FORCE ROW LEVEL SECURITY;
