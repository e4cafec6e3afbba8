import Foundation
import Simulators

/// Measurements with GitHub and Marathon: how fast a push reaches Marathon, which requests the first deployment of many apps
/// causes, and how much an observer does that has nothing to do.
enum DeploymentBenchmarks {
    private static let repository = "/repos/\(Push.owner)/\(Push.repository)"

    /// From the moment when a push is sent to that in which Marathon receives its apps, where GitHub and Marathon answer at
    /// once.
    static func measureDelay(_ results: inout Results) async throws {
        let count = 12
        let archives = try ArchiveServer(commits: (0...count).map(Push.commit))
        defer { archives.stop() }
        let delays = try await withSimulators(options) { world in
            answerAtOnce(world.gitHub, archives)
            let program = try start(in: world)
            defer { program.stop() }
            try await world.gitHub.waitForDelivery(of: "ping")
            var push = Push(isAccepted: true)
            var delays: [Double] = []
            for number in 1...count {
                let commit = Push.commit(number)
                world.gitHub.inject(
                    Fault(.get, repository + "/branches/dcos", times: 1, effect: .status(200, body: branch(at: commit)))
                )
                let connection = try Connection(.port(program.port))
                let sent = Date()
                try connection.send(push.next())
                while try connection.receive() == nil {}
                let put = try await world.marathon.request(.put, "/v2/apps", count: number)
                delays.append(put.receivedAt.timeIntervalSince(sent) * 1000)
                try await world.marathon.waitUntilReady("/web")
                try await Task.sleep(for: .milliseconds(300))
            }
            return delays
        }
        // The first one opens the connections.
        results.add("push received to PUT in Marathon", Array(delays.dropFirst()).median)
    }

    /// The first deployment of 500 apps, which start within two seconds.
    static func measureManySpecs(_ results: inout Results) async throws {
        var options = options
        options.marathon.behaviour = .healthy(after: .seconds(2))
        let (requests, listed, seconds) = try await withSimulators(options) { world in
            let program = try start(in: world)
            defer { program.stop() }
            try await world.gitHub.waitForDelivery(of: "ping")
            var files: [String: String?] = ["dploy.app": #"{"app_name":"benchmark"}"#]
            for number in 0..<500 {
                files["specs/\(number).json"] =
                    #"{"id":"/shop/service-\#(number)","cmd":"sleep 1000","cpus":0.1,"mem":32,"instances":1}"#
            }
            let before = world.marathon.requests().count
            let start = ContinuousClock.now
            let push = try await world.gitHub.push(files: files)
            try await world.gitHub.waitForStatus("success", of: push.after, timeout: .seconds(120))
            let seconds = (ContinuousClock.now - start).inSeconds
            let requests = world.marathon.requests().dropFirst(before)
            let lists = requests.filter { $0.request.matches(.get, "/v2/apps") }
            return (requests.count, lists.map(\.responseBody.count).reduce(0, +), seconds)
        }
        results.add(
            "requests to Marathon for the first deployment of 500 specs", Double(requests),
            "\(listed / 1000) kB of lists, \(Int(seconds)) s")
    }

    /// With a webhook, and an event stream of Marathon, whose heartbeats arrive every ten seconds.
    static func measureIdle(_ results: inout Results) async throws {
        let (wakeUps, memory, own) = try await withSimulators(options) { world in
            let program = try start(in: world)
            defer { program.stop() }
            try await world.gitHub.waitForDelivery(of: "ping")
            // Time limits of the first requests end within 30 s.
            try await Task.sleep(for: .seconds(35))
            var wakeUps: [Double] = []
            for _ in 0..<30 {
                let before = program.use.wakeUpsByThread()
                try await Task.sleep(for: .seconds(1))
                let now = program.use.wakeUpsByThread()
                wakeUps.append(Double(now.map { $0.value - (before[$0.key] ?? 0) }.reduce(0, +)))
            }
            return (wakeUps, program.use.megabytes, program.use.anonymousMegabytes)
        }
        let mean = wakeUps.reduce(0, +) / Double(wakeUps.count)
        results.add("wake-ups per second, idle", wakeUps.median, "mean \(String(format: "%.1f", mean))")
        results.add("memory, idle", Double(memory))
        results.add("memory, idle, not of files", own)
    }

    private static var options: SimulatorOptions {
        var options = SimulatorOptions()
        (options.gitHub.owner, options.gitHub.repository) = (Push.owner, Push.repository)
        return options
    }

    private static func start(in world: Simulators) throws -> Program {
        let directory = try Program.makeDirectory()
        let port = try Program.freePort()
        let variables = [
            "DPLOY_OBSERVER_GITHUB_API": world.gitHub.url, "DPLOY_MARATHON_URL": world.marathon.url,
            "DPLOY_OBSERVER_GITHUB_PAT": GitHubSimulator.Token.standard.value,
            "DPLOY_OBSERVER_PUBLIC_URL": "http://127.0.0.1:\(port)",
        ]
        return try Program(
            Observed.path, ["-plain"],
            environment: Observed.environment(directory, port: port).merging(variables) { $1 }, directory: directory,
            port: port, probe: "/healthz")
    }

    /// Replaces the answers that GitHub's simulator needs git for.
    private static func answerAtOnce(_ gitHub: GitHubSimulator, _ archives: ArchiveServer) {
        let identity = #"{"id":\#(Push.repositoryID),"full_name":"\#(Push.owner)/\#(Push.repository)"}"#
        let scopes: HeaderFields = ["X-OAuth-Scopes": "admin:repo_hook, repo"]
        gitHub.inject(Fault(.get, repository, effect: .status(200, headers: scopes, body: identity)))
        gitHub.inject(Fault(.get, repository + "/tarball/*", effect: .redirect(302, to: archives.url)))
        gitHub.inject(Fault(.post, repository + "/statuses/*", effect: .status(201, body: "{}")))
    }

    private static func branch(at commit: String) -> String {
        #"{"name":"dcos","commit":{"sha":"\#(commit)","commit":{"message":"Change","author":{"name":"Octo Cat"}}}}"#
    }
}
