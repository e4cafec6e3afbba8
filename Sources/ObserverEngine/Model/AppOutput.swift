/// Lines that one instance of an app has printed.
package struct AppOutput: Codable, Sendable, Equatable {
    /// The ID of the task or the name of the container.
    package var instance: String
    /// `stdout` or `stderr`; nil if the target does not keep them apart.
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

/// An event of the stream that follows the output of an app.
package enum OutputEvent: Codable, Sendable, Equatable {
    case output(AppOutput)
    /// The last event: no instance runs any more, or a sentence explains why the output can't be followed.
    case end(problem: String?)
}

/// In JSON an event is an object with one member, named after the case.
extension OutputEvent {
    private enum CodingKeys: CodingKey {
        case output, end
    }

    private struct End: Codable {
        var problem: String?
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let output = try container.decodeIfPresent(AppOutput.self, forKey: .output) {
            self = .output(output)
        } else {
            self = .end(problem: try container.decode(End.self, forKey: .end).problem)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .output(let output): try container.encode(output, forKey: .output)
        case .end(let problem): try container.encode(End(problem: problem), forKey: .end)
        }
    }
}
