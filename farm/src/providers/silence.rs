//! The last voice: silence with estimated timings, said to be so.
