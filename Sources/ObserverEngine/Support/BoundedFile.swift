import Glibc

/// Reads text files that people or a push provide: nothing larger than a limit is loaded, and no devices, which have no end.
package enum BoundedFile {
    package enum Problem: Error, Equatable {
        case missing
        case directory
        case notRegular
        case tooLarge(limit: Int)
        /// Another error of the system, by its number.
        case system(CInt)

        /// The end of a sentence: "it is a directory".
        package var reason: String {
            switch self {
            case .missing: "it does not exist"
            case .directory: "it is a directory"
            case .notRegular: "it is not a regular file"
            case .tooLarge(let limit):
                "it is larger than \(limit >= 1 << 20 ? "\(limit >> 20) MiB" : "\(limit >> 10) KiB")"
            case .system(ELOOP): "it is a symbolic link that points back to itself"
            case .system(let code): String(cString: strerror(code)).lowercased()
            }
        }
    }

    /// The content without a byte order mark.
    /// - Parameter limit: In bytes.
    /// - Parameter acceptsPipe: Whether to also read a pipe to its end, as in `-pat-file <(command)`.
    package static func read(_ path: String, limit: Int, acceptsPipe: Bool = false) throws(Problem) -> [UInt8] {
        // Opening a pipe without a writer must not wait for one.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .missing : .system(errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFIFO where acceptsPipe: _ = fcntl(descriptor, F_SETFL, 0)
        case S_IFDIR: throw .directory
        default: throw .notRegular
        }
        guard status.st_size <= limit else { throw .tooLarge(limit: limit) }
        let content = try content(of: descriptor, limit: limit)
        // It may have grown, and files in /proc have no size.
        guard content.count <= limit else { throw .tooLarge(limit: limit) }
        return Array(content.withoutByteOrderMark)
    }

    private static func content(of descriptor: CInt, limit: Int) throws(Problem) -> [UInt8] {
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while content.count <= limit {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(errno) }
            guard count > 0 else { break }
            content += piece.prefix(count)
        }
        return content
    }
}
