import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("observer plan")
struct PlanCommandTests {
    private static let descriptor = "app_name: s4d\n"

    private func write(_ specs: [String: String], in directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory + "/specs", withIntermediateDirectories: true)
        try Data(Self.descriptor.utf8).write(to: URL(filePath: directory + "/dploy.app"))
        for (name, text) in specs { try Data(text.utf8).write(to: URL(filePath: "\(directory)/specs/\(name)")) }
    }

    private func run(_ arguments: String..., in directory: String, _ environment: [String: String] = [:]) async throws
        -> ObserverExit
    {
        try await withObserverProcess(
            arguments: ["plan"] + arguments, environment: ["PATH": "/usr/bin:/bin"].merging(environment) { $1 },
            directory: directory
        ) { _ in }
    }

    @Test("-offline finds a broken spec without any setting, and names file, line and pointer")
    func offline() async throws {
        try await withTemporaryDirectory { directory in
            try write(["web.json": #"{"id":"web","cmd":"true"}"#], in: directory)
            let valid = try await run("-offline", in: directory)
            #expect(valid.status == .exited(0) && valid.output == ["1 valid app."] && valid.log.isEmpty)
            try write(["more.yaml": "id: more"], in: directory)
            let command = try await run("-offline", "-deploy-command", "./deploy.sh", in: directory)
            #expect(command.status == .exited(0) && command.output == ["A deploy command has no specs to check."])
            let noted = try await run("-offline", in: directory)
            #expect(noted.status == .exited(0))
            #expect(noted.output == ["note specs/more.yaml is not read: only specs/*.json are", "1 valid app."])
            try write(["web.json": "{\n\"id\": \"web\",\n\"cmd\": 7\n}"], in: directory)
            for arguments in [["-offline"], ["-offline", directory], [directory, "-offline"]] {
                let broken = try await withObserverProcess(
                    arguments: ["plan"] + arguments, environment: ["PATH": "/usr/bin:/bin"], directory: directory
                ) { _ in }
                #expect(broken.status == .exited(1))
                #expect(broken.output == ["specs/web.json:3: /cmd: expected a string, found a number"])
                #expect(broken.log == ["observer: 1 problem found; this can't be deployed."])
            }
            #expect(try await run("-offline", "missing", in: directory).status == .exited(64))
            let missing = try await run("./missing", in: directory)
            #expect(missing.status == .exited(64))
            #expect(missing.log.first == "observer: './missing' is not a directory.")
        }
    }

    @Test("a directory is planned against Marathon, without an observer: 2 if something would change, else 0")
    func directory() async throws {
        try await withSimulators { simulators in
            try await withTemporaryDirectory { directory in
                try write(["web.json": #"{"id":"web","cmd":"true","mem":64}"#], in: directory)
                simulators.marathon.createApp(["id": "/web", "cmd": "true", "mem": 32, "labels": ["DPLOY": "s4d"]])
                let plan = try await run(".", in: directory, ["DPLOY_MARATHON_URL": simulators.marathon.url])
                #expect(plan.status == .exited(2) && plan.log.isEmpty)
                #expect(plan.output.contains("    /mem  32 → 64"), "\(plan.output)")
                let json = try await run(".", "-json", in: directory, ["DPLOY_MARATHON_URL": simulators.marathon.url])
                #expect(json.status == .exited(2))
                #expect(try JSON(parsing: json.output.joined())["changes"]?[0]?["kind"] == "updated")
                try write([:], in: directory)
                let silent = try await run(".", in: directory, ["DPLOY_MARATHON_URL": "http://127.0.0.1:1"])
                #expect(silent.status == .exited(1))
                #expect(silent.log.first?.hasPrefix("observer: Can't list the apps:") == true, "\(silent.log)")
                #expect(simulators.marathon.requests().allSatisfy { $0.method == .get })
            }
        }
    }

    @Test("the plan of a directory names the running commit only if all apps have the same one")
    func runningCommit() async throws {
        try await withSimulators { simulators in
            try await withTemporaryDirectory { directory in
                let specs = ["web.json": #"{"id":"web","cmd":"true"}"#, "db.json": #"{"id":"db","cmd":"true"}"#]
                try write(specs, in: directory)
                let (old, new) = (String(repeating: "a", count: 40), String(repeating: "b", count: 40))
                func run(_ app: String, at commit: String) {
                    let labels: JSON = ["DPLOY": "s4d", "DPLOY_COMMIT": .string(commit)]
                    simulators.marathon.createApp(["id": .string(app), "cmd": "true", "labels": labels])
                }
                let environment = ["DPLOY_MARATHON_URL": simulators.marathon.url]
                run("/web", at: old)
                let one = try await self.run(".", in: directory, environment)
                #expect(one.output.first == "runs now  aaaaaaa", "\(one.output) \(one.log)")
                run("/db", at: new)
                let several = try await self.run(".", in: directory, environment)
                #expect(several.output.first?.hasPrefix("runs now  apps of several commits: ") == true)
                let json = try await self.run(".", "-json", in: directory, environment)
                let report = try JSON(parsing: json.output.joined())
                #expect(report["running"] == nil)
                #expect(Set((report["runningCommits"]?.array ?? []).compactMap(\.string)) == [old, new])
            }
        }
    }

    @Test("without an argument the running observer plans the head, then deploys the same")
    func head() async throws {
        try await withProcessWorld { world in
            let exit = try await world.observe { observer in
                try await observer.log.wait(for: "Ping received: GitHub can reach")
                try await world.simulators.gitHub.push(files: .helloWorld, deliver: false)
                let plan = try await withObserverProcess(
                    arguments: ["plan"], environment: world.environment, directory: world.directory
                ) { _ in }
                #expect(plan.status == .exited(2))
                #expect(plan.output.contains("+ /hello  created"), "\(plan.output) \(plan.log)")
                observer.terminate()
            }
            #expect(exit.status == .exited(0))
        }
    }
}
