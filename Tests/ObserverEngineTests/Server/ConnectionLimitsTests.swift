import Testing

@testable import ObserverEngine

@Suite("Connection limits")
struct ConnectionLimitsTests {
    @Test(
        "leave enough open files for everything else",
        arguments: [(1 << 20, 512, 384), (1024, 512, 384), (640, 512, 384), (256, 128, 96), (100, 32, 24)])
    func limits(openFiles: Int, all: Int, idle: Int) {
        let limits = ConnectionLimits(openFiles: openFiles)
        #expect(limits.all == all)
        #expect(limits.idle == idle)
        #expect(limits.isReduced == (all < 512))
    }
}
