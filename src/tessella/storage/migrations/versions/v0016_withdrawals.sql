-- Who has opted out since a calculation of audiences was begun is asked with each question about it. Few have.
CREATE INDEX personalization_settings_withdrawn ON tessella.personalization_settings (namespace, updated_at)
 WHERE NOT personalization_enabled;
