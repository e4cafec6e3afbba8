import Simulators

/// A push of the demo, with its narration.
struct DemoPush: Sendable {
    var narration: String
    var message: String
    var files: [String: String?]
    /// The branch; nil: the watched branch.
    var branch: String?
    /// The pause before the next push.
    var pause = Duration.seconds(7)

    /// The pushes of a round, in order. Some numbers change with each round.
    static func round(_ round: Int) -> [DemoPush] {
        [
            DemoPush(
                narration: round == 0 ? "two apps and a dploy.app" : "back to two healthy apps",
                message: round == 0 ? "Deploy s4d" : "Clean up",
                files: [
                    "dploy.app": DemoSpecs.descriptor,
                    "specs/web.json": DemoSpecs.web(memory: 64 + round),
                    "specs/worker.json": DemoSpecs.worker,
                    "specs/moody.json": nil,
                ]
            ),
            DemoPush(
                narration: "more memory for the web app; the worker is left alone",
                message: "Give the web app more memory",
                files: ["specs/web.json": DemoSpecs.web(memory: 128 + round)]
            ),
            DemoPush(
                narration: "a typo fixed in the README; no spec changes, so nothing restarts",
                message: "Fix a typo",
                files: ["README.md": "# s4d\n\nSpaces for dogs, edition \(round + 1).\n"],
                pause: .seconds(4)
            ),
            DemoPush(
                narration: "an invalid spec; nothing is applied",
                message: "Try a new worker",
                files: ["specs/worker.json": DemoSpecs.brokenWorker],
                pause: .seconds(4)
            ),
            DemoPush(
                narration: "the spec fixed, and a group of two apps, one depending on the other",
                message: "Fix the worker, add the shop",
                files: ["specs/worker.json": DemoSpecs.worker, "specs/shop.json": DemoSpecs.shop(edition: round + 1)],
                pause: .seconds(10)
            ),
            DemoPush(
                narration: "a commit on another branch, which the observer ignores",
                message: "Experiment",
                files: ["notes.txt": "edition \(round + 1)\n"],
                branch: "feature/notes",
                pause: .seconds(4)
            ),
            DemoPush(
                narration:
                    "an app that never becomes healthy; the deployment fails after \(DemoWorld.deployTimeout) s",
                message: "Add a moody app",
                files: ["specs/moody.json": DemoSpecs.moody(edition: round + 1)],
                pause: .seconds(DemoWorld.deployTimeout + 4)
            ),
        ]
    }
}
