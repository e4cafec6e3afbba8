/// What waits at Marathon to be launched.
/// Source: https://mesosphere.github.io/marathon/api-console/index.html (`GET /v2/queue`)
package struct LaunchQueue: Decodable, Sendable {
    private let json: JSONValue

    package init(from decoder: any Decoder) throws {
        json = try JSONValue(from: decoder)
    }

    /// Why an app waits, in words; nil where it does not wait.
    package func delay(of appID: String) -> String? {
        let entry = (json["queue"]?.array ?? []).first { $0["app"]?["id"]?.string == appID }
        guard let delay = entry?["delay"] else { return nil }
        if let seconds = delay["timeLeftSeconds"]?.wholeNumber, seconds > 0 {
            return "Marathon delays the next launch by \(Duration.seconds(seconds).brief), because tasks kept failing"
        }
        return delay["overdue"] == .bool(true)
            ? "Marathon waits for an offer of resources that fits (cpus, mem, ports, acceptedResourceRoles, constraints)"
            : nil
    }
}
