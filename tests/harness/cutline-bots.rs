//! The front ends' command line as it ships, for the tests of this package.

fn main() -> std::process::ExitCode {
    cutline_bots::cli::main()
}
