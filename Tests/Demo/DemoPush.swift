import Simulators

/// One push of the demo: what people are told, and what is pushed.
struct DemoPush: Sendable {
    var narration: String
    var message: String
    var files: [String: String?]
    /// Nil: the branch that is observed.
    var branch: String?
    /// Until the next push.
    var pause = Duration.seconds(7)

    /// The pushes of one round, in order; the numbers change from round to round.
    static func round(_ round: Int) -> [DemoPush] {
        [
            DemoPush(
                narration: round == 0 ? "the first push: two apps and a dploy.app" : "back to two healthy apps",
                message: round == 0 ? "Deploy s4d" : "Clean up",
                files: [
                    "dploy.app": DemoSpecs.descriptor,
                    "specs/web.json": DemoSpecs.web(memory: 64 + round),
                    "specs/worker.json": DemoSpecs.worker,
                    "specs/moody.json": nil,
                ]
            ),
            DemoPush(
                narration: "more memory for the web app; the worker stays untouched",
                message: "Give the web app more memory",
                files: ["specs/web.json": DemoSpecs.web(memory: 128 + round)]
            ),
            DemoPush(
                narration: "a typo in the README: no spec changes, nothing restarts",
                message: "Fix a typo",
                files: ["README.md": "# s4d\n\nSpaces for dogs, edition \(round + 1).\n"],
                pause: .seconds(4)
            ),
            DemoPush(
                narration: "a broken spec: nothing of this push is applied",
                message: "Try a new worker",
                files: ["specs/worker.json": DemoSpecs.brokenWorker],
                pause: .seconds(4)
            ),
            DemoPush(
                narration: "the spec mended, and a group of two apps that depend on each other",
                message: "Mend the worker, open the shop",
                files: ["specs/worker.json": DemoSpecs.worker, "specs/shop.json": DemoSpecs.shop(edition: round + 1)],
                pause: .seconds(10)
            ),
            DemoPush(
                narration: "a push to another branch, which does not concern the observer",
                message: "Experiment",
                files: ["notes.txt": "edition \(round + 1)\n"],
                branch: "feature/notes",
                pause: .seconds(4)
            ),
            DemoPush(
                narration: "an app that never gets healthy: this deployment fails after \(DemoWorld.deployTimeout) s",
                message: "Add a moody app",
                files: ["specs/moody.json": DemoSpecs.moody(edition: round + 1)],
                pause: .seconds(DemoWorld.deployTimeout + 4)
            ),
        ]
    }
}
