"""The behavioural taxonomy: axes of behaviour, segments on them, graded membership, anomalies, and a safe migration."""
