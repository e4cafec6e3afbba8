import Crypto
import Foundation
import Yams

/// A problem that a simulated command prints before it exits.
struct DoubleFailure: Error {
    let message: String
    var status: Int32 = 1
}

/// The compose files of a simulated call, resolved as Compose does.
struct DoubleProject {
    let name: String
    let directory: String
    let services: [String: [String: Any]]

    init(name: String, files: [String], environmentFile: String?, environment: [String: String]) throws {
        guard let first = files.first else {
            throw DoubleFailure(message: "no configuration file provided: not found", status: 14)
        }
        let directory = (first as NSString).deletingLastPathComponent
        self.name = name
        self.directory = directory
        let variables = Self.variables(in: environmentFile ?? directory + "/.env").merging(environment) { $1 }
        var services: [String: [String: Any]] = [:]
        for file in files {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw DoubleFailure(message: "open \(file): no such file or directory", status: 14)
            }
            let document: [String: Any]?
            do {
                document = try Yams.load(yaml: String(decoding: data, as: UTF8.self)) as? [String: Any]
            } catch {
                throw DoubleFailure(message: "yaml: \(error)", status: 14)
            }
            guard let described = document?["services"] as? [String: Any] else {
                throw DoubleFailure(message: "(root) Additional property is not allowed", status: 15)
            }
            for (name, service) in described {
                guard let fields = Self.resolved(service, variables) as? [String: Any] else {
                    throw DoubleFailure(message: "services.\(name) must be a mapping", status: 15)
                }
                services[name, default: [:]].merge(fields) { old, new in
                    guard let old = old as? [String: Any], let new = new as? [String: Any] else { return new }
                    return old.merging(new) { $1 }
                }
            }
        }
        services = try Self.active(services, in: variables["COMPOSE_PROFILES"] ?? "")
        for (name, service) in services {
            guard service["image"] != nil || service["build"] != nil else {
                throw DoubleFailure(
                    message:
                        "service \"\(name)\" has neither an image nor a build context specified: invalid compose project",
                    status: 15)
            }
            services[name] = try Self.located(service, in: directory)
        }
        self.services = services
    }

    /// The services, each after those that it depends on.
    var ordered: [String] {
        var done: [String] = []
        func visit(_ name: String) {
            guard !done.contains(name), let service = services[name] else { return }
            for other in Self.dependencies(of: service).keys.sorted() where other != name { visit(other) }
            if !done.contains(name) { done.append(name) }
        }
        for name in services.keys.sorted() { visit(name) }
        return done
    }

    static func dependencies(of service: [String: Any]) -> [String: String] {
        let shared = [service["network_mode"] as? String ?? ""].filter { $0.hasPrefix("service:") }
            .map { String($0.dropFirst("service:".count)) }
        let names = (service["depends_on"] as? [String] ?? []) + shared
        let conditions = service["depends_on"] as? [String: [String: Any]] ?? [:]
        return Dictionary(names.map { ($0, "service_started") }) { first, _ in first }
            .merging(conditions.mapValues { $0["condition"] as? String ?? "service_started" }) { $1 }
    }

    /// Compose's hash: everything but how the image is built and how many containers there are.
    func hash(of name: String) throws -> String {
        var fields = services[name] ?? [:]
        for field in ["build", "scale", "pull_policy", "depends_on"] { fields[field] = nil }
        let data = try JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys])
        return SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined()
    }

    func imageName(of service: String) -> String {
        services[service]?["image"] as? String ?? "\(name)-\(service)"
    }

    /// The output of `config`: JSON is YAML.
    func printed() throws -> String {
        let data = try JSONSerialization.data(
            withJSONObject: ["name": name, "services": services],
            options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }

    /// The services without a profile, and those of the active ones.
    private static func active(
        _ services: [String: [String: Any]], in profiles: String
    ) throws -> [String: [String: Any]] {
        let wanted = Set(profiles.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
        let active = services.filter { _, service in
            let own = service["profiles"] as? [String] ?? []
            return own.isEmpty || wanted.contains("*") || !wanted.isDisjoint(with: own)
        }
        for (name, service) in active {
            guard let missing = dependencies(of: service).keys.first(where: { active[$0] == nil }) else { continue }
            throw DoubleFailure(
                message:
                    "service \"\(name)\" depends on undefined service \"\(missing)\": invalid compose project",
                status: 15)
        }
        return active
    }

    private static func variables(in file: String) -> [String: String] {
        let text = String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
        let pairs = text.split(whereSeparator: \.isNewline).compactMap { line -> (String, String)? in
            guard let match = line.wholeMatch(of: #/\s*(?:export\s+)?([^=#\s]+)\s*=(.*)/#) else { return nil }
            return (String(match.1), unquoted(String(match.2)))
        }
        return Dictionary(pairs) { $1 }
    }

    /// The value of a variable without its quotes and the comment after it.
    private static func unquoted(_ text: String) -> String {
        let value = text.trimmingCharacters(in: .whitespaces)
        for quote in ["\"", "'"] where value.hasPrefix(quote) {
            return String(value.dropFirst().prefix { String($0) != quote })
        }
        return text.replacing(#/\s+#.*/#, with: "").trimmingCharacters(in: .whitespaces)
    }

    /// With variables replaced, `${NAME}` and `$$`.
    private static func resolved(_ value: Any, _ variables: [String: String]) -> Any {
        switch value {
        case let text as String:
            return text.replacing(#/\$(\$|\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\})/#) { match in
                match.2.map { variables[String($0)] ?? match.4.map(String.init) ?? "" } ?? "$"
            }
        case let items as [Any]: return items.map { resolved($0, variables) }
        case let fields as [String: Any]: return fields.mapValues { resolved($0, variables) }
        default: return value
        }
    }

    /// With absolute paths, and the environment of files.
    private static func located(_ service: [String: Any], in directory: String) throws -> [String: Any] {
        var located = service
        if let volumes = service["volumes"] as? [String] {
            located["volumes"] = volumes.map { volume -> Any in
                let parts = volume.split(separator: ":").map(String.init)
                guard parts.count >= 2, parts[0].hasPrefix(".") else { return volume }
                return ["type": "bind", "source": directory + "/" + parts[0].trimmingPrefix("./"), "target": parts[1]]
            }
        }
        if let ports = service["ports"] as? [Any] {
            located["ports"] = ports.map { port -> Any in
                let parts = "\(port)".split(separator: ":").map(String.init)
                guard port is String, parts.count >= 2 else { return port }
                return ["mode": "ingress", "target": parts[parts.count - 1], "published": parts[parts.count - 2]]
            }
        }
        if let build = service["build"] as? String {
            located["build"] = ["context": build == "." ? directory : directory + "/" + build.trimmingPrefix("./")]
        }
        if let file = service["env_file"] as? String {
            let path = directory + "/" + file
            guard FileManager.default.fileExists(atPath: path) else {
                throw DoubleFailure(
                    message: "env file \(path) not found: stat \(path): no such file or directory", status: 14)
            }
            let own = service["environment"] as? [String: Any] ?? [:]
            located["environment"] = (variables(in: path) as [String: Any]).merging(own) { $1 }
            located["env_file"] = nil
        }
        return located
    }
}
