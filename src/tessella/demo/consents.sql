-- One row a household, in the columns of settings: personalized, and sharing data. Reads the view `transactions`.
SELECT DISTINCT household_id::VARCHAR AS subject_id, true AS personalization_enabled, true AS data_sharing_consent
FROM transactions
ORDER BY 1
