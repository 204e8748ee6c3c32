//! Validates and decodes the pictures a person supplies.
