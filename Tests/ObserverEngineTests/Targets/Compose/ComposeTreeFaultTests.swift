import ComposeDouble
import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Deploying with Compose when files can't be written")
struct ComposeTreeFaultTests {
    private static let better = ComposeFile.site(web: #""image": "web:2""#).text

    private func live(_ file: String, in world: World) throws -> String {
        try String(contentsOfFile: world.liveTree + "/" + file, encoding: .utf8)
    }

    @Test("a directory with files of a container, where the commit has a file, is found before anything is changed")
    func inTheWay() async throws {
        try await withCompose { world, double in
            var files = ComposeFile.site().files
            files["old"] = "1\n"
            try await world.deploy(files)
            let directory = world.liveTree + "/zone"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try Data("precious".utf8).write(to: URL(filePath: directory + "/record"))
            let bad = try await world.deploy(["compose.yaml": Self.better, "old": nil, "zone": "a file\n"])
            #expect(bad.stage == .failed && bad.retry == nil && !bad.leavesChanges)
            let outcome = try #require(bad.outcome)
            #expect(outcome.hasPrefix("\(directory) is a directory with files that are in no commit"), "\(outcome)")
            #expect(outcome.hasSuffix("Nothing was applied."), "\(outcome)")
            #expect(try live("compose.yaml", in: world).contains("web:1"))
            #expect(try live("old", in: world) == "1\n")
            #expect(double.calls.count { $0.hasPrefix("up") } == 1)
        }
    }

    @Test("if only some files of a commit can be written, the files and services of the last success are restored")
    func incomplete() async throws {
        try await withCompose { world, double in
            let good = try await world.deploy(ComposeFile.site().files)
            let push = try await world.gitHub.push(files: ["compose.yaml": Self.better], deliver: false)
            // A copy of the commit's tree without its second file.
            let kept = "\(world.configuration.state.directory)/compose/commits/\(push.after)"
            try FileManager.default.createDirectory(atPath: kept + "/tree", withIntermediateDirectories: true)
            try Data(Self.better.utf8).write(to: URL(filePath: kept + "/tree/compose.yaml"))
            try Data(#"["compose.yaml","zone"]"#.utf8).write(to: URL(filePath: kept + "/files.json"))
            await world.gitHub.deliver(event: "push", payload: push.payload)
            let bad = try await world.end(of: push.after)
            #expect(bad.stage == .failed && bad.retry != nil && !bad.leavesChanges)
            let outcome = try #require(bad.outcome)
            let start = "Can't write all files of the commit to the live tree in the state directory: "
            #expect(outcome.hasPrefix(start) && !outcome.contains("Nothing was applied"), "\(outcome)")
            #expect(outcome.hasSuffix("Rolled back; the previous version of web is healthy."), "\(outcome)")
            #expect(try live("compose.yaml", in: world).contains("web:1"))
            #expect(try double.containers(of: "web").map(\.commit) == [good.commit.description])
            #expect(try double.state.created.count == 2)
        }
    }

    @Test("only a failure before any file has changed states that nothing was applied")
    func sentences() {
        for step in [ComposeFailure.DirectoryStep.keep, .enter, .restore, .record] {
            let failure = ComposeFailure.directory(step, reason: "no space left on device")
            #expect(failure.description.hasSuffix("Nothing was applied.") == (step == .keep))
            #expect(failure.callsForRestore == (step == .enter) && failure.isExternal)
        }
    }
}
