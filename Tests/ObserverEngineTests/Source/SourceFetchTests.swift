import Foundation
import Logging
import ObserverEngine
import Simulators
import Testing

@Suite("Fetching the source of a commit")
struct SourceFetchTests {
    @Test("a private repository's archive is fetched from another origin, and the token does not go there")
    func privateRepository() async throws {
        var setup = ObserverSetup()
        setup.simulators.gitHub.isPrivate = true
        try await withObserver(setup) { world in
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            let fetched = world.gitHub.codeload.requests()
            #expect(!fetched.isEmpty)
            #expect(fetched.allSatisfy { $0.headers["Authorization"] == nil } == true)
            #expect(world.gitHub.violations() == [])
        }
    }

    @Test("the commit itself is fetched, not the branch, which may have moved")
    func exactCommit() async throws {
        try await withObserver { world in
            let run = try await world.deploy(Files.helloWorld)
            #expect(world.gitHub.requests(.get, "/repos/mhausenblas/s4d/tarball/\(run.commit)").count == 1)
        }
    }

    @Test(
        "the archive is downloaded while GitHub still confirms the repository, or that the branch points at the commit",
        arguments: ["/repos/mhausenblas/s4d", "/repos/mhausenblas/s4d/branches/dcos"])
    func concurrently(question: String) async throws {
        try await withObserver { world in
            world.gitHub.inject(Fault(.get, question, effect: .hang))
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.gitHub.request(.get, "/repos/mhausenblas/s4d/tarball/\(push.after)", count: 1)
            // Nothing is applied before it is confirmed.
            #expect(world.marathon.requests(.put, "/v2/apps").isEmpty)
        }
    }

    @Test(
        "an incomplete archive is downloaded again",
        arguments: [
            Fault.Effect.reset, .resetMidway, .status(502), .truncate, .body("<html>", type: "text/html"),
            .status(200, body: ""),
        ])
    func brokenDownload(effect: Fault.Effect) async throws {
        try await withObserver { world in
            world.gitHub.codeload.inject(Fault(.get, "/*", times: 1, effect: effect))
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
        }
    }

    @Test("an archive that GitHub does not have yet is requested again")
    func lagging() async throws {
        try await withObserver { world in
            world.gitHub.inject(
                Fault(.get, "/repos/mhausenblas/s4d/tarball/*", times: 2, effect: .status(404, body: "{}")))
            let run = try await world.deploy(Files.helloWorld)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
        }
    }

    @Test(
        "an archive that can't be unpacked fails the deployment, and the next push is deployed", arguments: Archive.bad)
    func badArchive(archive: Archive) async throws {
        try await withObserver { world in
            let push = try await world.gitHub.push(files: Files.helloWorld, deliver: false)
            world.gitHub.setArchive(archive.bytes, of: push.after)
            await world.gitHub.deliver(event: "push", payload: push.payload)
            let run = try await world.end(of: push.after)
            #expect(run.stage == .failed)
            #expect(run.outcome?.contains(archive.complaint) == true, "\(run.outcome ?? "")")
            #expect(run.outcome?.hasSuffix("Nothing was applied.") == true)
            #expect(world.marathonIsUntouched)
            let state = world.configuration.state.directory
            #expect(!FileManager.default.fileExists(atPath: state + "/workspace"))
            #expect(!FileManager.default.fileExists(atPath: state + "/escaped"))
            let next = try await world.deploy(["README.md": "fixed"])
            #expect(next.stage == .succeeded, "\(next.outcome ?? "")")
        }
    }

    @Test("an archive with endless data after its end, or in its headers, is rejected")
    func endless() async throws {
        var names = TarArchive()
        for _ in 0..<200 { names.addPax(TarArchive.record("comment", String(repeating: "x", count: 500))) }
        let zeros = TarArchive().ended() + [UInt8](repeating: 0, count: 5 * 64 * 1024)
        for bytes in [names.ended(), zeros] {
            try await withGitHub { gitHub, client in
                let push = try await gitHub.push(files: Files.helloWorld, deliver: false)
                gitHub.setArchive(Gzip.packed(bytes), of: push.after)
                let workspace = try temporaryDirectory()
                defer { try? FileManager.default.removeItem(atPath: workspace) }
                var limits = TreeWriter.Limits()
                limits.bytes = 64 * 1024
                let source = SourceFetch(gitHub: client, limits: limits, logger: .silent)
                let failure = await #expect(throws: SourceFailure.self) {
                    try await source.fetch(
                        CommitID(push.after).orThrow(), into: workspace, until: .now + .testTimeout)
                }
                #expect("\(try #require(failure))".contains("it unpacks to more than"))
            }
        }
    }

    @Test("unpacking stops at the deadline of the deployment")
    func lateUnpacking() async throws {
        try await withGitHub { gitHub, client in
            let push = try await gitHub.push(files: Files.helloWorld, deliver: false)
            let workspace = try temporaryDirectory()
            defer { try? FileManager.default.removeItem(atPath: workspace) }
            let source = SourceFetch(gitHub: client, logger: .silent)
            let failure = await #expect(throws: SourceFailure.self) {
                // The last try to download has a second longer.
                try await source.fetch(CommitID(push.after).orThrow(), into: workspace, until: .now - .milliseconds(10))
            }
            #expect("\(try #require(failure))".contains("within -deploy-timeout"))
        }
    }

    @Test("links that lead out are left out with a line in the log, and other links are not")
    func leftOutLinks() async throws {
        var setup = ObserverSetup()
        setup.flags[.deployCommand] = "cat docs/x && test ! -e masked.service"
        try await withObserver(setup) { world in
            let push = try await world.gitHub.push([
                NewCommit(
                    "Link",
                    [
                        "README.md": .text("read\n"), "src/x": .text("x"), "masked.service": .symlink(to: "/dev/null"),
                        "docs/x": .symlink(to: "../src/../README.md"),
                    ])
            ])
            let run = try await world.end(of: push.after)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            let journal = try await world.journal(of: run)
            #expect(journal.dropLast().last == "output read")
            #expect(
                journal.contains(
                    "skipped masked.service is a symbolic link that points outside the repository, to /dev/null"))
        }
    }

    @Test("specs behind links within the repository are deployed, among more files than would be unpacked")
    func linkedSpecs() async throws {
        try await withObserver { world in
            var files: [String: FileChange] = [
                "dploy.app": .symlink(to: "deploy/dploy.app"), "deploy/dploy.app": .text(Files.descriptor),
                "specs": .symlink(to: "deploy/marathon"), "common/hello.json": .text(Files.app("helloworld")),
                "deploy/marathon/hello.json": .symlink(to: "../../common/hello.json"),
                "deploy/marathon/._hello.json": .text("\u{0}\u{5}\u{16}\u{7}"), "masked": .symlink(to: "/dev/null"),
            ]
            for number in 1...100 { files["src/\(number)"] = .text("x") }
            let push = try await world.gitHub.push([NewCommit("Link", files)])
            let run = try await world.end(of: push.after)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            #expect(world.applied() == [["/helloworld"]])
            #expect(try await world.journal(of: run).contains { $0.contains("fetched") && $0.contains(", 6 files, ") })
        }
    }

    @Test(
        "a spec, all specs or the descriptor behind a link that points outside are named",
        arguments: [
            (
                "specs/web.json",
                "specs/web.json: is a symbolic link that points outside the repository, to /etc/passwd. "
            ),
            ("specs", "specs: is a symbolic link that points outside the repository, to /etc/passwd. "),
            ("dploy.app", "dploy.app: it is a symbolic link that points outside the repository, to /etc/passwd. "),
        ])
    func neededLink(path: String, sentence: String) async throws {
        try await withObserver { world in
            var files: [String: FileChange] = ["dploy.app": .text(Files.descriptor)]
            if path != "specs" { files["specs/hello.json"] = .text(Files.app("helloworld")) }
            files[path] = .symlink(to: "/etc/passwd")
            let push = try await world.gitHub.push([NewCommit("Link", files)])
            let run = try await world.end(of: push.after)
            #expect(run.stage == .failed)
            #expect(run.outcome?.hasPrefix(sentence) == true, "\(run.outcome ?? "")")
            #expect(world.applied().isEmpty)
        }
    }

    @Test("executables stay executable, links stay links")
    func modes() async throws {
        var setup = ObserverSetup()
        setup.flags[.deployCommand] = "./run.sh && readlink link && cat link"
        try await withObserver(setup) { world in
            let push = try await world.gitHub.push([
                NewCommit(
                    "Run",
                    [
                        "run.sh": .executable("#!/bin/sh\necho ran\n"), "link": .symlink(to: "data"),
                        "data": .text("linked\n"),
                    ])
            ])
            let run = try await world.end(of: push.after)
            let journal = try await world.journal(of: run)
            #expect(journal.dropLast().suffix(3) == ["output ran", "output data", "output linked"])
        }
    }
}

/// An archive that must be rejected.
struct Archive: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let complaint: String

    static let bad = [
        Archive(testDescription: "no gzip", bytes: Array("<html>no</html>".utf8), complaint: "can't be unpacked"),
        Archive(testDescription: "nothing", bytes: [], complaint: "can't be unpacked"),
        Archive(
            testDescription: "half a gzip", bytes: Array(good.prefix(good.count / 2)), complaint: "can't be unpacked"),
        Archive(testDescription: "a flipped bit", bytes: flipped, complaint: "can't be unpacked"),
        Archive(
            testDescription: "a tar without its end", bytes: Gzip.packed(tree.bytes), complaint: "it ends too early"),
        made("a name with ..") { $0.add("top/../../../escaped", text: "x") },
        made("a name with .. and a combining mark") { $0.add("top/../\u{301}escaped/x", text: "x") },
        made("an absolute name") { $0.add("/tmp/observer-escaped", text: "x") },
        made("a device") { $0.add("top/null", type: "3") },
        made("a hard link") { $0.add("top/hard", type: "1", target: "/etc/passwd") },
        made("a malformed pax header") { $0.addPax("6 abc=") },
    ]

    private static let tree: TarArchive = {
        var archive = TarArchive()
        archive.add("top/dploy.app", text: Files.descriptor)
        archive.add("top/specs/helloworld.json", text: Files.app("helloworld"))
        return archive
    }()

    private static let good = Gzip.packed(tree.ended())

    private static var flipped: [UInt8] {
        var bytes = good
        bytes[60] ^= 1
        return bytes
    }

    private static func made(_ description: String, _ change: (inout TarArchive) -> Void) -> Archive {
        var archive = tree
        change(&archive)
        return Archive(
            testDescription: description, bytes: Gzip.packed(archive.ended()), complaint: "can't be unpacked")
    }
}
