import Simulators

/// The pushes of the demo with real containers.
extension DemoPush {
    static func composeRound(_ round: Int) -> [DemoPush] {
        let serve = "echo serving\nexec busybox httpd -f -p 127.0.0.1:18999 -h /site\n"
        return [
            DemoPush(
                narration: round == 0 ? "a web server and a clock" : "back to two healthy services",
                message: round == 0 ? "Deploy the site" : "Clean up",
                files: TinySite.files(start: serve),
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
                files: ["compose.yaml": TinySite.composeFile + "  queue: {restart: always}\n"],
                pause: .seconds(6)
            ),
            DemoPush(
                narration: "a web server that exits at once; it is rolled back, with its last words in the log",
                message: "Serve from the database",
                files: TinySite.files(start: "echo 'no database at 127.0.0.1:5432'\nexit 3\n"),
                pause: .seconds(20)
            ),
        ]
    }
}
