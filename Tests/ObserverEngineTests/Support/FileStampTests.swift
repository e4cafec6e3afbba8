import Foundation
import Testing

@testable import ObserverEngine

@Suite("File stamps")
struct FileStampTests {
    @Test("a file that was replaced with the same size and date has another stamp")
    func sameDate() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/file"
        let date = Date(timeIntervalSince1970: 1_800_000_000)
        var stamps: [FileStamp?] = []
        for text in ["one", "two"] {
            try Data(text.utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
            stamps.append(FileStamp(path: path))
        }
        #expect(stamps.count == 2)
        #expect(stamps.first != stamps.last)
        #expect(FileStamp(path: path) == stamps.last)
        #expect(FileStamp(path: directory + "/none") == nil)
    }
}
