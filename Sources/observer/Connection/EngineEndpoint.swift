import ArgumentParser
import Foundation
import ObserverEngine

/// The endpoint of an observer's control API.
enum EngineEndpoint: Equatable, CustomStringConvertible {
    case socket(String)
    case url(ServiceURL, token: Secret?)

    /// Neither the flags nor the settings identify an observer.
    struct Unknown: Error, CustomStringConvertible {
        let description: String
    }

    /// The observer there does not watch the branch that the flags name.
    struct OtherBranch: Error, CustomStringConvertible {
        let endpoint: EngineEndpoint
        let watched: WatchedBranch
        let named: WatchedBranch

        var description: String {
            "The observer at \(endpoint) watches branch \(watched.name) of \(watched.repository), "
                + "not branch \(named.name.printable) of \(named.repository.description.printable). "
                + "Nothing was done; change -state, -socket or -url, or the flags that name the branch."
        }
    }

    /// - Parameter settings: The settings given as flags; the environment and the directory provide the others.
    /// - Throws: `Unknown`, `ValidationError`
    init(
        _ address: AddressFlags, settings: [Setting: String],
        environment: [String: String] = ProcessInfo.processInfo.environment,
        directory: String = FileManager.default.currentDirectoryPath
    ) throws {
        let sources = SettingSources(flags: settings, environment: environment, directory: directory)
        if let text = address.url {
            self = .url(try Self.url(text), token: sources.controlToken)
        } else if let socket = address.socket {
            self = .socket(socket.hasPrefix("/") ? socket : directory + "/" + socket)
        } else {
            self = .socket(try Self.stateLocation(sources).controlSocketInUse)
        }
    }

    var description: String {
        switch self {
        case .socket(let path): path
        case .url(let url, _): url.description
        }
    }

    func client(
        http: HTTPTransport, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> ControlClient {
        switch self {
        case .socket(let path): ControlClient(http: http, socket: path, sudoUser: environment["SUDO_USER"])
        case .url(let url, let token): ControlClient(http: http, url: url, token: token)
        }
    }

    private static func url(_ text: String) throws -> ServiceURL {
        do {
            return try ServiceURL(text)
        } catch {
            throw ValidationError("-url: '\(text)' \(error).")
        }
    }

    private static func stateLocation(_ sources: SettingSources) throws -> StateLocation {
        var reader = ConfigurationReader(sources: sources)
        do {
            return try reader.readStateLocation()
        } catch {
            throw Unknown(
                description: "Can't determine which observer to connect to:\n"
                    + error.problems.map { "  \($0.description.printable)\n" }.joined()
                    + "Use -state, -socket or -url.")
        }
    }
}
