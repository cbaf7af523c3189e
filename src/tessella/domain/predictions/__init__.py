"""Predictions about a subject: churn, the next best offer, RFM, and expected value."""
