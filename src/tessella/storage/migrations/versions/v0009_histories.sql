-- The last events of a subject about items, as a ranking reads them. What was only shown is not among them.
CREATE INDEX events_of_subject ON tessella.events (namespace, subject_id, occurred_at DESC)
 WHERE item_id IS NOT NULL AND event_type <> 'impression';
