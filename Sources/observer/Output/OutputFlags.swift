import ArgumentParser
import Foundation
import Glibc
import ObserverEngine

/// The output of a command: text for people, JSON for scripts.
protocol Report: Encodable {
    func lines(in style: TextStyle) -> [String]
}

enum OutputFormat {
    case text(TextStyle)
    /// One JSON value on one line.
    case json

    func text(of report: some Report) throws -> String {
        switch self {
        case .text(let style): report.lines(in: style).map { $0 + "\n" }.joined()
        case .json: String(decoding: try JSONFormat.encoder.encode(report), as: UTF8.self) + "\n"
        }
    }
}

/// Selects the output format of a command.
struct OutputFlags: ParsableArguments {
    @Flag(name: .goStyle("json"), help: "Print JSON.")
    var isJSON = false

    var format: OutputFormat {
        isJSON ? .json : .text(.standardOutput(ProcessInfo.processInfo.environment))
    }

    func write(_ report: some Report) throws {
        try write(line: format.text(of: report))
    }

    /// - Parameter line: One line or more, with its end.
    func write(line: String) throws {
        try Self.write(Array(line.utf8))
    }

    /// The output could not be written.
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    private static func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var interest = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                _ = poll(&interest, 1, -1)
            // The reader has seen enough, as `head` does.
            case EPIPE: throw ExitCode.success
            case let code:
                throw Failed(description: "Can't write the output: \(String(cString: strerror(code)).lowercased()).")
            }
        }
    }
}
