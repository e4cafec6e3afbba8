import Foundation
import Testing

@testable import ObserverEngine

@Suite("Versions of a file")
struct FileVersionTests {
    @Test("one that was written in its place at the same length is another, also where its date was set back")
    func sameDate() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/file"
        let date = Date(timeIntervalSince1970: 1_800_000_000)
        var versions: [FileVersion?] = []
        for text in ["one", "two"] {
            try Data(text.utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
            versions.append(FileVersion(of: path))
        }
        #expect(versions.count == 2)
        #expect(versions.first != versions.last)
        #expect(FileVersion(of: path) == versions.last)
        #expect(FileVersion(of: directory + "/none") == nil)
    }
}
