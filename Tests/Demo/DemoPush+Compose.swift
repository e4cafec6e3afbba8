import Simulators

/// The pushes of the demo with real containers.
extension DemoPush {
    static func composeRound(_ round: Int) -> [DemoPush] {
        let services = ComposeDemo.services
        return [
            DemoPush(
                narration: round == 0 ? "a web server and a clock" : "back to two healthy services",
                message: round == 0 ? "Deploy the site" : "Clean up",
                files: ["compose.yaml": services, "site/start.sh": ComposeDemo.start, "data/.keep": ""],
                pause: .seconds(12)
            ),
            DemoPush(
                narration: "a new page; only the web server is recreated",
                message: "Welcome edition \(round + 1)",
                files: ["site/index.html": "<p>Edition \(round + 1)</p>\n"],
                pause: .seconds(12)
            ),
            DemoPush(
                narration: "a typo fixed in the README; nothing restarts",
                message: "Fix a typo",
                files: ["README.md": "# Site\n\nEdition \(round + 1).\n"],
                pause: .seconds(6)
            ),
            DemoPush(
                narration: "a file that Compose rejects; nothing is applied",
                message: "Try a queue",
                files: ["compose.yaml": services + "  queue: {restart: always}\n"],
                pause: .seconds(6)
            ),
            DemoPush(
                narration: "a web server that exits at once; it is rolled back, with its last words in the log",
                message: "Serve from the database",
                files: [
                    "compose.yaml": services,
                    "site/start.sh": "echo 'no database at 127.0.0.1:5432'\nexit 3\n",
                ],
                pause: .seconds(20)
            ),
        ]
    }
}

/// The files of the demo with real containers.
private enum ComposeDemo {
    static let services = """
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
    static let start = "echo serving\nexec busybox httpd -f -p 127.0.0.1:18999 -h /site\n"
}
