//! The front ends' command line as it ships, for the tests of this package.

/// Hundreds of conversations come and go on many threads; glibc's arenas keep a little more after
/// each wave of them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cutline_bots::cli::main()
}
