-- One more kind of definition: the metrics of a player's day, and the axes that they feed.
ALTER TABLE tessella.definition_versions DROP CONSTRAINT definition_versions_kind_check;
ALTER TABLE tessella.definition_versions ADD CONSTRAINT definition_versions_kind_check CHECK (
    kind IN (
        'feature', 'segment', 'profile', 'campaign', 'source', 'prediction', 'offer', 'experiment', 'game', 'defaults'
    )
);
ALTER TABLE tessella.drafts DROP CONSTRAINT drafts_kind_check;
ALTER TABLE tessella.drafts ADD CONSTRAINT drafts_kind_check CHECK (
    kind IN (
        'feature', 'segment', 'profile', 'campaign', 'source', 'prediction', 'offer', 'experiment', 'game', 'defaults'
    )
);
