"""What the law asks for: access, erasure, retention and the record of processing."""
