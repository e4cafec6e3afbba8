/// The last lines that one instance of an app has printed.
package struct AppOutput: Codable, Sendable, Equatable {
    /// The id of the task or the name of the container.
    package var instance: String
    /// `stdout` or `stderr`; nil where the target does not keep them apart.
    package var stream: String?
    /// Oldest first.
    package var lines: [String]
    /// A sentence: why the output can't be read.
    package var problem: String?

    package init(instance: String, stream: String? = nil, lines: [String], problem: String? = nil) {
        self.instance = instance
        self.stream = stream
        self.lines = lines
        self.problem = problem
    }

    /// The most lines that can be asked for.
    package static let limit = 1000
}
