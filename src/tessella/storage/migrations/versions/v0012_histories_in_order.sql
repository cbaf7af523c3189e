-- In the whole order that a history is read in: of many events of one moment, those beyond its length are not sorted.
DROP INDEX tessella.events_of_subject;
CREATE INDEX events_of_subject ON tessella.events (namespace, subject_id, occurred_at DESC, event_id DESC)
 WHERE item_id IS NOT NULL AND event_type <> 'impression';
