"""What the law asks for: a subject's rows and files removed, what is old removed, pseudonyms under a new key."""
