"""Alerts: what somebody is to look at, told once for as long as it lasts."""
