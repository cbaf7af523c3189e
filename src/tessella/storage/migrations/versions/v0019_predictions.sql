-- Two more kinds of definition: what is predicted of subjects, and the offers that can be made to them.
ALTER TABLE tessella.definition_versions DROP CONSTRAINT definition_versions_kind_check;
ALTER TABLE tessella.definition_versions ADD CONSTRAINT definition_versions_kind_check CHECK (
    kind IN ('feature', 'segment', 'profile', 'campaign', 'source', 'prediction', 'offer', 'defaults')
);
ALTER TABLE tessella.drafts DROP CONSTRAINT drafts_kind_check;
ALTER TABLE tessella.drafts ADD CONSTRAINT drafts_kind_check CHECK (
    kind IN ('feature', 'segment', 'profile', 'campaign', 'source', 'prediction', 'offer', 'defaults')
);
