//! Sound made here: the music bed, cues, mixing, ducking and loudness. Pure sample arithmetic.
