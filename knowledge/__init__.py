"""The curated knowledge: digests of the source documents, guidance, recorded disagreements."""
