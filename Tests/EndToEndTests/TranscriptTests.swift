import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("The transcript of the built program")
struct TranscriptTests {
    @Test("with environment variables only, it registers, deploys a push, and prints the documented transcript")
    func documentedTranscript() async throws {
        var options = SimulatorOptions()
        let port = try await freePort()
        options.gitHub.addressMap = ["52.37.239.156:8849": "127.0.0.1:\(port)"]
        try await withSimulators(options) { simulators in
            let exit = try await withTemporaryDirectory { directory in
                let environment = [
                    "PATH": "/usr/bin:/bin",
                    "DPLOY_PUBLIC_NODE": "52.37.239.156",
                    "DPLOY_OBSERVER_GITHUB_PAT": GitHubSimulator.Token.standard.value,
                    "DPLOY_OBSERVER_GITHUB_OWNER": "mhausenblas",
                    "DPLOY_OBSERVER_GITHUB_REPO": "s4d",
                    "DPLOY_OBSERVER_GITHUB_API": simulators.gitHub.url,
                    "DPLOY_OBSERVER_MESOS_DNS": simulators.mesosDNS.url,
                    "DPLOY_MARATHON_URL": simulators.marathon.url,
                    "DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)",
                    "DPLOY_OBSERVER_STATE": directory,
                ]
                return try await withObserverProcess(environment: environment, directory: directory) { observer in
                    try await observer.output.wait(for: "Webhook registered")
                    try await observer.log.wait(for: "Ping received: GitHub can reach")
                    let push = try await simulators.gitHub.push(
                        files: [
                            "dploy.app": "app_name: s4d\n", "specs/hello.json": #"{"id":"hello","cmd":"sleep 60"}"#,
                        ], message: "Say hello")
                    #expect(push.answer?.status == 202)
                    try await simulators.gitHub.waitForStatus("success", of: push.after)
                    observer.terminate()
                }
            }
            #expect(exit.status == .exited(0))
            #expect(
                exit.output == [
                    "This is dploy observer version 0.5.0",
                    "I'm observing branch dcos of repo mhausenblas/s4d",
                    "Authentication against GitHub done",
                    "Webhook registered",
                    "Received killTask",
                    "Shutting down",
                ])
            #expect(simulators.gitHub.hooks().map(\.url) == ["http://52.37.239.156:8849/dploy"])
            #expect(simulators.gitHub.violations() == [])
            #expect(!(exit.output + exit.log).contains { $0.contains(GitHubSimulator.Token.standard.value) })
        }
    }
}
