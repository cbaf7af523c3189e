"""What was learned and recommended: what may be shown in tables, and secrets sealed beside them."""
