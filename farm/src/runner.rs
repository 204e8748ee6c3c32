//! Runs the stages as a DAG: checkpoints, cancel, retries, progress.
