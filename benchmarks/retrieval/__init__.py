"""Measures retrieval on development sets, against the encoder alone, plain hybrids and peers; see ``__main__``."""
