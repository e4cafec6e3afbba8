import ComposeDouble
import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Examples/compose")
struct ComposeExampleTests {
    private static var files: [String: String?] {
        get throws {
            let root = URL(filePath: #filePath).appending(path: "../../../../../Examples/compose").standardizedFileURL
            let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path)
            var files: [String: String?] = [:]
            for path in paths {
                var isDirectory = ObjCBool(false)
                let file = root.appending(path: path).path
                guard FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory), !isDirectory.boolValue
                else { continue }
                files[path] = try String(contentsOfFile: file, encoding: .utf8)
            }
            return files
        }
    }

    @Test("is deployed, and another page recreates the web server only")
    func deployed() async throws {
        let files = try Self.files
        try await withCompose { world, double in
            let first = try await world.deploy(files)
            #expect(first.stage == .succeeded, "\(first.outcome ?? "")")
            #expect(first.outcome == "2 created (clock, web)")
            #expect(try double.state.containers.allSatisfy { $0.project == "hello" && $0.imageName == "busybox:1.36" })
            let second = try await world.deploy(["site/index.html": "<p>Another page</p>\n"])
            #expect(second.outcome == "1 updated (web), 1 unchanged")
        }
    }
}
