import Foundation
import ObserverEngine
import Testing

@Suite("The state directory")
struct StateDirectoryTests {
    @Test("it is made with all that leads to it, and is for our eyes only")
    func made() throws {
        let path = try temporaryDirectory() + "/deep/below"
        let state = try StateDirectory(path: path)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o700)
        #expect(state.path == path)
    }

    @Test("a second observer is refused while the first works in it, and let in afterwards")
    func second() throws {
        let path = try temporaryDirectory()
        do {
            let first = try StateDirectory(path: path)
            #expect(throws: StateDirectory.Problem.self) { _ = try StateDirectory(path: path) }
            withExtendedLifetime(first) {}
        }
        _ = try StateDirectory(path: path)
    }

    @Test("a file in its place is explained")
    func file() throws {
        let path = try temporaryDirectory() + "/file"
        try Data().write(to: URL(filePath: path))
        let error = #expect(throws: StateDirectory.Problem.self) { _ = try StateDirectory(path: path) }
        let sentence = try #require(error).description
        #expect(sentence.hasPrefix("Can't use the state directory \(path): "))
        #expect(sentence.hasSuffix("Make it writable, or choose another with -state."))
    }
}
