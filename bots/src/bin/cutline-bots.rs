//! The front ends' program; everything is in the library.

fn main() -> std::process::ExitCode {
    cutline_bots::cli::main()
}
