//! espeak-ng as a process: the stand-in voice.
