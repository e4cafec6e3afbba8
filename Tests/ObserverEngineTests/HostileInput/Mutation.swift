/// Almost valid inputs: valid ones with a few bytes changed, removed, inserted or repeated. The same seed generates the
/// same inputs.
struct Mutation: Sequence, IteratorProtocol {
    private static let specialBytes =
        Array("\0\n\r\t\"\\{}[]:,%&=+-eE.0129\u{7f}\u{1b}".utf8) + [0x80, 0xc3, 0xed, 0xf0, 0xff]

    private let seeds: [[UInt8]]
    private var left: Int
    private var state: UInt64

    init(of seeds: [[UInt8]], count: Int, seed: UInt64 = 1) {
        self.seeds = seeds
        left = count
        state = seed
    }

    mutating func next() -> [UInt8]? {
        guard left > 0 else { return nil }
        left -= 1
        var bytes = seeds[number(below: seeds.count)]
        for _ in 0...number(below: 6) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return bytes.append(specialByte()) }
        let place = number(below: bytes.count)
        let end = Swift.min(bytes.count, place + 1 + number(below: 20))
        switch number(below: 7) {
        case 0: bytes[place] ^= 1 << UInt8(number(below: 8))
        case 1: bytes[place] = specialByte()
        case 2: bytes.insert(specialByte(), at: place)
        case 3: bytes.removeSubrange(place..<end)
        case 4: bytes.insert(contentsOf: bytes[place..<end], at: number(below: bytes.count))
        case 5: bytes.removeSubrange(place...)
        default: bytes.insert(contentsOf: repeatElement(bytes[place], count: 1 + number(below: 2000)), at: place)
        }
    }

    private mutating func specialByte() -> UInt8 { Self.specialBytes[number(below: Self.specialBytes.count)] }

    /// SplitMix64. Source: https://prng.di.unimi.it/splitmix64.c
    private mutating func number(below limit: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
