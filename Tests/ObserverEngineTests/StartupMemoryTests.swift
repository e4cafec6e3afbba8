import Testing

@testable import ObserverEngine

@Suite("The memory that only the start needed")
struct StartupMemoryTests {
    @Test("is the code of files that is the same in memory, and nothing else")
    func code() {
        let mappings = """
            5589924f3000-5589924f5000 r-xp 00000000 fe:00 53617 /usr/bin/observer
            Rss:                   8 kB
            Anonymous:             0 kB
            Swap:                  0 kB
            VmFlags: rd ex mr mw me
            558995e65000-558995fd3000 r--p 03971000 fe:00 53617 /usr/bin/observer
            Anonymous:             0 kB
            VmFlags: rd mr mw me
            7f1ed3a44000-7f1ed3b9a000 r-xp 00026000 fe:00 33367 /usr/lib/x86_64-linux-gnu/libc.so.6
            Anonymous:             4 kB
            VmFlags: rd ex mr mw me
            7f1ed3c44000-7f1ed3c9a000 r-xp 00026000 fe:00 33367 /usr/lib/x86_64-linux-gnu/libm.so.6
            Anonymous:             0 kB
            Swap:                  4 kB
            VmFlags: rd ex mr mw me
            7f1ed4000000-7f1ed4001000 r-xp 00026000 fe:00 33368 /usr/lib/a library.so (deleted)
            Anonymous:             0 kB
            VmFlags: rd ex mr mw me
            7ffd1c9fe000-7ffd1ca00000 r-xp 00000000 00:00 0 [vdso]
            Anonymous:             0 kB
            VmFlags: rd ex mr mw me
            7ffd1ca00000-7ffd1ca01000 r-xp 00000000 00:00 0
            Anonymous:             0 kB
            VmFlags: rd ex mr mw me
            7ffd1ca02000-7ffd1ca03000 rwxp 00000000 fe:00 53617 /usr/bin/observer
            Anonymous:             0 kB
            VmFlags: rd ex mr mw me
            """
        let code = StartupMemory.unchangedCode(in: mappings)
        #expect(code == [0x5589_924f_3000..<0x5589_924f_5000, 0x7f1e_d400_0000..<0x7f1e_d400_1000])
    }

    @Test("is given back, and the program continues")
    func givingBack() throws {
        func mapped() throws -> Int {
            let lines = String(decoding: try BoundedFile.read("/proc/self/status", limit: 65_536), as: UTF8.self)
            let line = try #require(lines.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
            return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) })
        }
        let before = try mapped()
        try StartupMemory.giveBackCode()
        #expect(try mapped() < before)
    }
}
