"""The ways out: HTTP to webhooks, and SMTP to a mail server."""
