/// Which paths of a repository matter to a deployment: `deploy/**,!docs/**`.
package struct PathPatterns: Equatable, Sendable {
    /// A pattern, and its flaw as a predicate.
    package struct Invalid: Error, Equatable {
        package let pattern: String
        package let flaw: String
    }

    private struct Pattern: Equatable, Sendable {
        let glob: [UInt8]
        let excludes: Bool
    }

    private let patterns: [Pattern]

    /// - Parameter text: Patterns separated by commas; one with `!` excludes.
    package init(_ text: String) throws(Invalid) {
        var patterns: [Pattern] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let trimmed = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            let excludes = trimmed.first == "!"
            var glob = Array(String(excludes ? Array(trimmed.dropFirst()) : Array(trimmed)).utf8)
            if glob.first == UInt8(ascii: "/") { glob.removeFirst() }
            // A directory means everything below it.
            if glob.last == UInt8(ascii: "/") { glob += "**".utf8 }
            guard !glob.isEmpty else {
                throw Invalid(pattern: String(part), flaw: "is empty; use patterns like deploy/**,!docs/**")
            }
            patterns.append(Pattern(glob: glob, excludes: excludes))
        }
        self.patterns = patterns
    }

    /// Whether a changed path calls for a deployment: the last pattern that matches it decides. If all patterns exclude,
    /// every other path does.
    package func include(_ path: String) -> Bool {
        let path = Array(path.utf8)
        let last = patterns.last { Self.matches($0.glob[...], path[...]) }
        return last.map { !$0.excludes } ?? patterns.allSatisfy(\.excludes)
    }

    /// `*` and `?` match characters within one name, `**` also `/`, and `**/` also nothing.
    private static func matches(_ glob: ArraySlice<UInt8>, _ path: ArraySlice<UInt8>) -> Bool {
        let (star, slash) = (UInt8(ascii: "*"), UInt8(ascii: "/"))
        // The positions in the glob that the path so far can lead to.
        var positions = closure(of: [glob.startIndex], in: glob)
        for byte in path {
            var reached: Set<Int> = []
            // `**/` matches nothing only before a `**` has matched a character.
            var kept: Set<Int> = []
            for position in positions where position < glob.endIndex {
                switch glob[position] {
                case star:
                    let isDouble = isDoubleStar(at: position, in: glob)
                    guard isDouble || byte != slash else { continue }
                    kept.insert(position)
                    reached.insert(position + (isDouble ? 2 : 1))
                case UInt8(ascii: "?"): if byte != slash { reached.insert(position + 1) }
                case byte: reached.insert(position + 1)
                default: break
                }
            }
            positions = closure(of: reached, in: glob).union(kept)
            if positions.isEmpty { return false }
        }
        return positions.contains(glob.endIndex)
    }

    /// Adds the positions behind stars, which may match nothing.
    private static func closure(of positions: Set<Int>, in glob: ArraySlice<UInt8>) -> Set<Int> {
        var all = positions
        var waiting = Array(positions)
        while let position = waiting.popLast() {
            guard position < glob.endIndex, glob[position] == UInt8(ascii: "*") else { continue }
            let end = position + (isDoubleStar(at: position, in: glob) ? 2 : 1)
            var targets = [end]
            let isWholeName = position == glob.startIndex || glob[position - 1] == UInt8(ascii: "/")
            if end - position == 2, isWholeName, end < glob.endIndex, glob[end] == UInt8(ascii: "/") {
                targets.append(end + 1)
            }
            for target in targets where all.insert(target).inserted { waiting.append(target) }
        }
        return all
    }

    private static func isDoubleStar(at position: Int, in glob: ArraySlice<UInt8>) -> Bool {
        position + 1 < glob.endIndex && glob[position + 1] == UInt8(ascii: "*")
    }
}
