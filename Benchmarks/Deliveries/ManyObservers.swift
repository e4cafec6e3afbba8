import Foundation
import Glibc

/// Many observers on one machine, one for each branch.
enum ManyObservers {
    private static let count = 40

    static func measure(_ results: inout Results) throws {
        var programs: [Program] = []
        defer { for program in programs { program.stop() } }
        for _ in 0..<count { programs.append(try Observed.start()) }
        Thread.sleep(forTimeInterval: 10)
        let kilobytes = programs.map(\.use.proportionalKilobytes).reduce(0, +)
        results.add("memory of \(count) observers", Double(kilobytes) / 1024)
        let cpu = programs.map(\.use.cpu).reduce(.zero, +)
        Thread.sleep(forTimeInterval: 20)
        let used = programs.map(\.use.cpu).reduce(.zero, +) - cpu
        results.add("CPU of \(count) idle observers", used.inMilliseconds / 20_000 * 100)
    }
}
