import Foundation

/// Turns the output of `compose config` into services.
struct ComposeConfig {
    /// The root of the tree.
    let root: String
    /// The directory of the first compose file, relative to the root: podman-compose prints paths relative to it.
    let base: String
    /// The active profiles.
    let profiles: Set<String>
    let digests: TreeDigests

    /// - Throws: `YAMLDocument.Problem`, and errors of the files.
    func services(in output: String) throws -> [ComposeService] {
        let document = try YAMLDocument.value(of: output)
        let named = (document["services"]?.object ?? [:]).filter { isActive($0.value) }
        return try named.sorted { $0.key < $1.key }.map { name, definition in
            let mounts = mounts(of: definition, in: document)
            return ComposeService(
                name: name, definition: definition.relative(to: root).hidingEnvironment,
                mounted: try digests.digest(of: mounts), mountedFiles: try digests.files(at: mounts),
                sources: try sources(of: definition))
        }
    }

    /// docker-compose 1 prints services of all profiles.
    private func isActive(_ definition: JSONValue) -> Bool {
        let wanted = (definition["profiles"]?.array ?? []).compactMap(\.string)
        return wanted.isEmpty || profiles.contains("*") || !profiles.isDisjoint(with: wanted)
    }

    /// The paths of the tree that the containers see.
    private func mounts(of service: JSONValue, in document: JSONValue) -> [String] {
        let volumes = (service["volumes"]?.array ?? []).compactMap { volume in
            volume.string.map { String($0.prefix { $0 != ":" }) } ?? volume["source"]?.string
        }
        let environment = service["env_file"].map { $0.array ?? [$0] } ?? []
        let files = environment.compactMap { $0.string ?? $0["path"]?.string }
            .map { $0.hasPrefix("/") || $0.hasPrefix(".") ? $0 : "./" + $0 }
        let shared = ["configs", "secrets"].flatMap { kind in
            (service[kind]?.array ?? []).compactMap { use -> String? in
                guard let name = use.string ?? use["source"]?.string else { return nil }
                return document[kind]?[name]?["file"]?.string
            }
        }
        return (volumes + files + shared).compactMap(place)
    }

    private func sources(of service: JSONValue) throws -> String? {
        guard let build = service["build"], build != .null else { return nil }
        let context = build.string ?? build["context"]?.string ?? "."
        let files = try place(of: context.hasPrefix("/") || context.hasPrefix(".") ? context : "./" + context)
            .flatMap { try digests.digest(of: [$0]) }
        return (build.relative(to: root).canonical + (files ?? "")).sha256
    }

    /// The path in the tree, relative to its root; nil for any other place.
    private func place(of path: String) -> String? {
        let full: String
        if path == root || path.hasPrefix(root + "/") {
            full = String(path.dropFirst(root.count))
        } else if path == "." || path == ".." || path.hasPrefix("./") || path.hasPrefix("../") {
            full = base + "/" + path
        } else {
            return nil
        }
        var parts: [Substring] = []
        for part in full.split(separator: "/") where part != "." {
            if part != ".." { parts.append(part) } else if parts.popLast() == nil { return nil }
        }
        return parts.joined(separator: "/")
    }
}

extension JSONValue {
    /// The value with the root of the tree, where a string starts with it, replaced by a dot.
    fileprivate func relative(to root: String) -> JSONValue {
        switch self {
        case .string(let text) where text == root: "."
        case .string(let text) where text.hasPrefix(root + "/"): .string("." + text.dropFirst(root.count))
        case .array(let items): .array(items.map { $0.relative(to: root) })
        case .object(let fields): .object(fields.mapValues { $0.relative(to: root) })
        default: self
        }
    }

    /// The definition of a service with digests in place of the values that are often passwords.
    fileprivate var hidingEnvironment: JSONValue {
        var hidden = self
        hidden["environment"] = self["environment"]?.hidingValues
        if var build = self["build"], let arguments = build["args"] {
            build["args"] = arguments.hidingValues
            hidden["build"] = build
        }
        return hidden
    }

    /// Of `{"NAME": "value"}` or `["NAME=value"]`.
    private var hidingValues: JSONValue {
        switch self {
        case .object(let fields):
            return .object(fields.mapValues { $0.string.map { .string($0.sha256) } ?? $0 })
        case .array(let items):
            let pairs = items.compactMap(\.string).map { text -> (String, JSONValue) in
                guard let equals = text.firstIndex(of: "=") else { return (text, .null) }
                let value = String(text[text.index(after: equals)...])
                return (String(text[..<equals]), .string(value.sha256))
            }
            return .object(Dictionary(pairs) { _, last in last })
        default: return self
        }
    }
}
