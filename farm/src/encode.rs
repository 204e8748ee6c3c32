//! The only home of ffmpeg-next: encoding segments, muxing, decoding back, and the quality gate.

pub mod qc;
