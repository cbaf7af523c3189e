"""JSON Web Tokens: by which keys they are proved, and what they have to say."""
