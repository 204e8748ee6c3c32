//! The embedded language model through llama.cpp.
