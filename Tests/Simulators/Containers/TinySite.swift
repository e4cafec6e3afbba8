/// A repository with two services for `PodmanEngine`: `clock` has a health check and is healthy once it has written a file,
/// `web` starts with a script of the repository.
package enum TinySite {
    package static let composeFile = """
        version: "3.4"
        services:
          clock:
            image: \(PodmanEngine.image)
            network_mode: host
            stop_grace_period: 1s
            command: ["busybox", "sh", "-c", "while busybox true; do busybox date > /data/now; busybox sleep 1; done"]
            volumes: ["./data:/data"]
            healthcheck: {test: ["CMD", "busybox", "test", "-s", "/data/now"], interval: 1s, retries: 3}
          web:
            image: \(PodmanEngine.image)
            network_mode: host
            stop_grace_period: 1s
            command: ["busybox", "sh", "/site/start.sh"]
            volumes: ["./site:/site:ro"]

        """

    /// - Parameter start: A script for `sh`.
    package static func files(start: String) -> [String: String?] {
        ["compose.yaml": composeFile, "site/start.sh": start, "data/.keep": ""]
    }
}
