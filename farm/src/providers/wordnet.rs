//! Facts from WordNet glosses.
