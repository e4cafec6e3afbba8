import Foundation
import ObserverEngine
import Testing

@testable import observer

@Suite("The steps after init")
struct InitStepsTests {
    private func project(branch: String = "main", descriptor: AppDescriptor? = nil) -> Project {
        Project(
            repository: RepositoryName(owner: "o", name: "r"), branch: branch, website: "https://github.com", files: [],
            ignored: "", descriptor: descriptor)
    }

    @Test(
        "the observer is started with -branch unless the descriptor names this branch",
        arguments: [
            ("main", "main", "observer -target compose"), ("main", nil, "observer -target compose -branch main"),
            ("main", "dcos", "observer -target compose -branch main"), ("dcos", nil, "observer -target compose"),
        ] as [(String, String?, String)])
    func branch(current: String, described: String?, command: String) {
        var descriptor = AppDescriptor()
        descriptor.triggerBranch = described
        #expect(project(branch: current, descriptor: descriptor).start(.compose) == command)
        #expect(project(branch: current).start(.compose) == "observer -target compose")
    }

    @Test("the observer is started with -owner and -repo if the descriptor names another repository")
    func repository() {
        var descriptor = AppDescriptor()
        (descriptor.repositoryURL, descriptor.triggerBranch) = ("https://github.com/acme/shop", "main")
        #expect(project(descriptor: descriptor).start(.marathon) == "observer -owner o -repo r")
        descriptor.repositoryURL = "https://github.com/O/R"
        #expect(project(descriptor: descriptor).start(.marathon) == "observer")
    }

    @Test("that the descriptor was preferred to the remote is stated")
    func choice() {
        var descriptor = AppDescriptor()
        descriptor.repositoryURL = "https://github.com/o/r"
        let origin = RepositoryName(owner: "acme", name: "shop")
        #expect(
            project(descriptor: descriptor).choice(insteadOf: origin)
                == "dploy.app names o/r, the remote 'origin' acme/shop: using o/r. Set -owner and -repo to use another."
        )
        #expect(project(descriptor: descriptor).choice(insteadOf: RepositoryName(owner: "O", name: "R")) == nil)
        #expect(project(descriptor: descriptor).choice(insteadOf: nil) == nil)
        #expect(project().choice(insteadOf: origin) == nil)
        descriptor.repositoryURL = "https://github.com/acme/shop"
        #expect(project(descriptor: descriptor).choice(insteadOf: origin) == nil)
    }

    @Test("problems come before the steps, which begin with the check of the files")
    func order() {
        let steps = InitCommand.nextSteps(project(), .marathon, after: ["token: Create a new one."])
        #expect(
            steps.contains(
                "\nFix first:\n  token: Create a new one.\n\nThen:\n  observer plan -offline\n  git add . &&"))
        #expect(
            InitCommand.nextSteps(project(), .compose, after: [])
                .hasPrefix("\nNext:\n  observer plan -offline -target compose\n  git add . &&"))
        #expect(InitCommand.nextSteps(project(), .command, after: []).hasPrefix("\nNext:\n  git add . &&"))
    }
}

@Suite("A compose file where Marathon is the target")
struct ComposeHintTests {
    private static let hint = "There is a compose.yaml: add -target compose"

    private func withProject(_ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "hint-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try "services: {}\n".write(toFile: directory + "/compose.yaml", atomically: true, encoding: .utf8)
        try body(directory)
    }

    @Test("the missing specs point to it")
    func specs() throws {
        try withProject { directory in
            let failure = #expect(throws: SpecFailure.self) { _ = try SpecReader.read(in: directory) }
            #expect(failure?.description.hasSuffix("Nothing was applied. \(Self.hint).") == true)
            #expect(failure?.problems.first?.message.hasSuffix("add an app spec. \(Self.hint)") == true)
        }
    }

    @Test("a failed check of Marathon points to it, unless there are specs")
    func doctor() throws {
        try withProject { directory in
            let unknown = Finding(.marathon, .failure, "Unknown.", remedy: "Set DPLOY_MARATHON_URL.")
            #expect(unknown.hinting(atComposeIn: directory).remedy == "Set DPLOY_MARATHON_URL. \(Self.hint).")
            let others = [Finding(.marathon, .ok, "reachable"), Finding(.disk, .failure, "full")]
            for finding in others { #expect(finding.hinting(atComposeIn: directory) == finding) }
            try FileManager.default.createDirectory(atPath: directory + "/specs", withIntermediateDirectories: true)
            #expect(unknown.hinting(atComposeIn: directory) == unknown)
        }
    }
}
