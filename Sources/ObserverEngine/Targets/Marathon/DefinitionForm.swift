/// Marathon shows some fields in two forms, and newer versions show only the newer one. A running app is brought into the
/// form that its spec uses, so that the form itself is not a difference.
enum DefinitionForm {
    static func aligned(_ running: JSONValue, _ spec: JSONValue) -> (running: JSONValue, spec: JSONValue) {
        var (app, spec) = (running, spec)
        if !spec["portDefinitions"].isMissing { spec["ports"] = nil }
        if !spec["fetch"].isMissing { spec["uris"] = nil }
        alignNetworks(of: &app, with: spec)
        alignPorts(of: &app, with: spec)
        alignDownloads(of: &app, with: spec)
        app["dependencies"] = app["dependencies"]?.array.map { .array($0.sorted { $0.canonical < $1.canonical }) }
        return (app, spec)
    }

    /// Since Marathon 1.5, `networks` and `container.portMappings` replace `docker.network`, `docker.portMappings` and
    /// `ipAddress`.
    private static func alignNetworks(of app: inout JSONValue, with spec: JSONValue) {
        guard spec["networks"].isMissing, let network = app["networks"]?.array?.first else { return }
        let mode = network["mode"]?.string ?? "container"
        if var container = app["container"], var docker = container["docker"], docker["network"].isMissing {
            docker["network"] = .string(["container/bridge": "BRIDGE", "host": "HOST"][mode] ?? "USER")
            if docker["portMappings"].isMissing { docker["portMappings"] = container["portMappings"] }
            container["portMappings"] = nil
            container["docker"] = docker
            app["container"] = container
        }
        if mode == "container", let wanted = spec["ipAddress"], wanted.object != nil {
            var address = wanted
            address["networkName"] = network["name"]
            app["ipAddress"] = address
            app["networks"] = nil
        }
        if app["container"]?["docker"]?["network"].isMissing == false { app["networks"] = nil }
    }

    /// `ports` and `portDefinitions` say the same; of an app with port mappings, both only repeat its service ports.
    private static func alignPorts(of app: inout JSONValue, with spec: JSONValue) {
        if !spec["portDefinitions"].isMissing {
            if app["portDefinitions"].isMissing {
                app["portDefinitions"] = app["ports"]?.array.map { .array($0.map { ["port": $0] }) }
            }
            app["ports"] = nil
        } else if !spec["ports"].isMissing {
            if app["ports"].isMissing {
                app["ports"] = app["portDefinitions"]?.array.map { .array($0.map { $0["port"] ?? 0 }) }
            }
            app["portDefinitions"] = nil
        } else if app.hasPortMappings || spec.hasPortMappings {
            (app["ports"], app["portDefinitions"]) = (nil, nil)
        } else if !app["portDefinitions"].isMissing {
            app["ports"] = nil
        }
    }

    /// `uris` is the older form of `fetch`.
    private static func alignDownloads(of app: inout JSONValue, with spec: JSONValue) {
        if !spec["uris"].isMissing {
            if app["uris"].isMissing {
                app["uris"] = app["fetch"]?.array.map { .array($0.compactMap { $0["uri"] }) }
            }
            app["fetch"] = nil
        } else {
            if app["fetch"].isMissing {
                app["fetch"] = app["uris"]?.array.map { .array($0.map { ["uri": $0] }) }
            }
            app["uris"] = nil
        }
    }
}

extension JSONValue {
    fileprivate var hasPortMappings: Bool {
        let container = self["container"]
        return !(container?["docker"]?["portMappings"]).isMissing || !(container?["portMappings"]).isMissing
    }
}

extension JSONValue? {
    /// Whether there is nothing: no value, null, or an empty list or object. Marathon does not distinguish these.
    var isMissing: Bool {
        switch self {
        case nil, .null, .array([]), .object([:]): true
        default: false
        }
    }
}
