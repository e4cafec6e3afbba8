import ArgumentParser
import AsyncHTTPClient
import Foundation
import ObserverEngine

/// Where the control API of an observer is.
enum EnginePlace: Equatable, CustomStringConvertible {
    case socket(String)
    case url(ServiceURL, token: Secret?)

    /// Nothing says which observer is meant.
    struct Unknown: Error, CustomStringConvertible {
        let description: String
    }

    /// - Throws: `Unknown`, `ValidationError`
    init(
        _ flags: EngineFlags, environment: [String: String],
        directory: String = FileManager.default.currentDirectoryPath
    ) throws {
        if let text = flags.url {
            self = .url(try Self.address(text), token: Self.adminToken(in: environment))
        } else if let socket = flags.socket {
            self = .socket(socket.hasPrefix("/") ? socket : directory + "/" + socket)
        } else {
            self = .socket(try Self.location(flags, environment: environment, directory: directory).controlSocket)
        }
    }

    var description: String {
        switch self {
        case .socket(let path): path
        case .url(let url, _): url.description
        }
    }

    func client(http: HTTPClient) -> ControlClient {
        switch self {
        case .socket(let path): ControlClient(http: http, socket: path)
        case .url(let url, let token): ControlClient(http: http, url: url, token: token)
        }
    }

    private static func address(_ text: String) throws -> ServiceURL {
        do {
            return try ServiceURL(text)
        } catch {
            throw ValidationError("-url: '\(text)' \(error).")
        }
    }

    private static func adminToken(in environment: [String: String]) -> Secret? {
        Setting.adminToken.environmentVariable.flatMap { environment[$0] }.flatMap { $0.isEmpty ? nil : Secret($0) }
    }

    private static func location(
        _ flags: EngineFlags, environment: [String: String], directory: String
    ) throws -> StateLocation {
        var reader = ConfigurationReader(
            sources: SettingSources(flags: flags.settings.given, environment: environment, directory: directory))
        do {
            return try reader.readStateLocation()
        } catch {
            throw Unknown(
                description: "Which observer? Its state directory follows from its settings:\n"
                    + error.problems.map { "  \($0.description.printable)\n" }.joined()
                    + "Give -state, or -socket, or -url.")
        }
    }
}
