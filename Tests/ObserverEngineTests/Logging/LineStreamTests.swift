import Foundation
import ObserverEngine
import Testing

@Suite("Line streams")
struct LineStreamTests {
    @Test("lines are written in order by the time a flush returns")
    func order() async throws {
        let pipe = Pipe()
        let stream = LineStream(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        for number in 0..<500 { stream.write("line \(number)\n") }
        #expect(await stream.flush(within: .seconds(10)))
        try pipe.fileHandleForWriting.close()
        let read = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(read == (0..<500).map { "line \($0)\n" }.joined())
    }

    @Test("a slow reader does not block writers, and dropped lines are counted")
    func unread() async throws {
        let pipe = Pipe()
        let stream = LineStream(descriptor: pipe.fileHandleForWriting.fileDescriptor, limit: 10) { "\($0) lost\n" }
        // More than a pipe takes, so that the first lines are stuck in the middle.
        let long = String(repeating: "x", count: 1024 * 1024)
        stream.write(long + "\n")
        #expect(try pipe.fileHandleForReading.read(upToCount: 1) == Data("x".utf8))
        #expect(await !stream.flush(within: .milliseconds(50)))
        for number in 0..<25 { stream.write("line \(number)\n") }
        let reader = Thread { [read = pipe.fileHandleForReading, received] in
            received.append(String(decoding: read.readDataToEndOfFile(), as: UTF8.self))
        }
        reader.start()
        #expect(await stream.flush(within: .seconds(10)))
        stream.write("after\n")
        #expect(await stream.flush(within: .seconds(10)))
        try pipe.fileHandleForWriting.close()
        while received.all.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        let lines = received.all[0].split(separator: "\n").map(String.init)
        #expect(lines == [String(long.dropFirst())] + (0..<10).map { "line \($0)" } + ["15 lost", "after"])
    }

    private let received = Lines()

    @Test("a closed stream discards lines")
    func closed() async throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        try pipe.fileHandleForReading.close()
        let stream = LineStream(descriptor: descriptor)
        signal(SIGPIPE, SIG_IGN)
        for _ in 0..<10_000 { stream.write("line\n") }
        #expect(await stream.flush(within: .seconds(10)))
    }
}
