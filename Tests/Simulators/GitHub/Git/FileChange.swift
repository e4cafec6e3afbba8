/// What a commit does to one path.
package enum FileChange: Sendable, Hashable {
    case text(String)
    case bytes([UInt8])
    case executable(String)
    case symlink(to: String)
    case deleted
}
