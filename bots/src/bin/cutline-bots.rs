//! The front ends' program; everything is in the library.

/// Hundreds of conversations come and go on many threads; glibc's arenas keep a little more after
/// each wave of them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cutline_bots::cli::main()
}
