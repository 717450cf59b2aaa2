"""Finding evidence: catalog, vectors, embedding models, hybrid search."""
