import Foundation

/// The profiles whose services are active. They are determined once and given to every call of Compose, so that the services
/// of a plan are those that Compose starts.
struct ComposeProfiles: Equatable {
    static let variable = "COMPOSE_PROFILES"
    private static let all = "*"
    private static let sizeLimit = 256 * 1024

    let names: [String]
    /// The value of the variable.
    var value: String { names.joined(separator: ",") }

    /// - Parameter value: The value of the variable.
    init(_ value: String) {
        names = value.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// - Parameters:
    ///   - documents: The compose files.
    ///   - environment: That of Compose, which counts before the file.
    ///   - file: The `.env` of the project; nil if it has none.
    init(of documents: [JSONValue], environment: [String: String], file: String?) {
        // Compose itself reports a file that can't be read.
        let content = file.flatMap { try? BoundedFile.read($0, limit: Self.sizeLimit) }
        let variables = content.map { VariablesFile($0.text, environment: environment).values } ?? [:]
        let wanted = ComposeProfiles(environment[Self.variable] ?? variables[Self.variable] ?? "")
        guard wanted.names.contains(Self.all) else {
            self = wanted
            return
        }
        // docker-compose 1 and podman-compose do not know what an asterisk means.
        let services = documents.flatMap { ($0["services"]?.object ?? [:]).values }
        let declared = services.flatMap { $0["profiles"]?.array ?? [] }.compactMap(\.string)
        names = wanted.names + Set(declared).subtracting(wanted.names).sorted()
    }
}
