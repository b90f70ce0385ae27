//! Source records → entities: whose word counts, provenance, doubtful pairs, apply.
