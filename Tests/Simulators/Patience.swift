extension Duration {
    /// How long a test waits for what must come: only what is broken takes so long, whatever the machine has to do.
    package static let patience = Duration.seconds(60 * Slowness.factor)
}
