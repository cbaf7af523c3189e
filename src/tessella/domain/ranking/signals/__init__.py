"""What is known about items before anybody asks: popularity, co-visitation, embeddings."""
