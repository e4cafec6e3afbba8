/// How much of what others write is kept, in bytes: it is part of every event and of what the dashboard begins with. The
/// body of a delivery stays whole.
enum TextLimit {
    static let message = 4096
    /// Of the log of a deployment, and the reason of a failure, which may name many specs.
    static let line = 16 * 1024
    static let ref = 1024
    /// Of a person or a repository.
    static let name = 256
}
