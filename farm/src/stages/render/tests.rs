//! Renders small films and looks at what comes out.
