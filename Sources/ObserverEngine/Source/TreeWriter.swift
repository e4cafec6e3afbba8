import Foundation
import SystemPackage

/// Writes the entries of an archive below one directory, and nothing outside it.
package struct TreeWriter: ~Copyable {
    /// Limits far above any repository of app specs, against archive bombs.
    package struct Limits: Sendable {
        package var bytes = 512 * 1024 * 1024
        package var entries = 100_000
        package var nameLength = 4096

        package init() {}
    }

    package struct Refused: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    private let root: String
    private let limits: Limits
    private var links: Set<String> = []
    private var open: FileHandle?
    package private(set) var bytes = 0
    package private(set) var files = 0
    private var entries = 0

    package init(root: String, limits: Limits = Limits()) {
        self.root = root
        self.limits = limits
    }

    package mutating func write(_ event: TarReader.Event) throws {
        switch event {
        case .entry(let name, let kind): try begin(name, kind)
        case .content(let content):
            bytes += content.count
            guard bytes <= limits.bytes else {
                throw Refused(description: "it unpacks to more than \(limits.bytes / 1024 / 1024) MiB")
            }
            try open?.write(contentsOf: content)
        case .end:
            try open?.close()
            open = nil
        }
    }

    private mutating func begin(_ name: String, _ kind: TarReader.Kind) throws {
        entries += 1
        guard entries <= limits.entries else {
            throw Refused(description: "it has more than \(limits.entries) entries")
        }
        // GitHub puts everything below one directory, OWNER-REPO-COMMIT/.
        let path = try safeComponents(of: name).dropFirst()
        guard !path.isEmpty else { return }
        try checkNoLink(on: path, name: name)
        let destination = ([root] + path).joined(separator: "/")
        switch kind {
        case .directory:
            try FileManager.default.createDirectory(atPath: destination, withIntermediateDirectories: true)
        case .file(_, let isExecutable):
            try createParent(of: path)
            open = try createFile(destination, mode: isExecutable ? 0o700 : 0o600, name: name)
            files += 1
        case .symbolicLink(let target):
            guard Self.stays(target, from: path.dropLast()) else {
                throw Refused(
                    description: "the link \(name.printable) points outside the repository, to \(target.printable)")
            }
            try createParent(of: path)
            try FileManager.default.createSymbolicLink(atPath: destination, withDestinationPath: target)
            links.insert(path.joined(separator: "/"))
            files += 1
        }
    }

    /// The components of a relative name without `..`.
    private func safeComponents(of name: String) throws -> [String] {
        guard name.utf8.count <= limits.nameLength else {
            throw Refused(description: "a name is longer than \(limits.nameLength) bytes")
        }
        let components = Self.components(of: name)
        guard !Self.isAbsolute(name), !components.contains(".."), !components.contains("."), !name.utf8.contains(0)
        else {
            throw Refused(description: "the name \(name.printable) points outside the repository")
        }
        return components
    }

    /// A later entry must not write through an earlier link.
    private func checkNoLink(on path: ArraySlice<String>, name: String) throws {
        guard !links.isEmpty else { return }
        var walked = ""
        for component in path {
            walked += walked.isEmpty ? component : "/" + component
            if links.contains(walked) {
                throw Refused(description: "the entry \(name.printable) goes through a link")
            }
        }
    }

    private func createParent(of path: ArraySlice<String>) throws {
        try FileManager.default.createDirectory(
            atPath: ([root] + path.dropLast()).joined(separator: "/"), withIntermediateDirectories: true)
    }

    private func createFile(_ path: String, mode: CInterop.Mode, name: String) throws -> FileHandle {
        do {
            let descriptor = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .truncate, .noFollow, .closeOnExec],
                permissions: FilePermissions(rawValue: mode))
            return FileHandle(fileDescriptor: descriptor.rawValue, closeOnDealloc: true)
        } catch let error as Errno {
            throw Refused(description: "can't create \(name.printable): \(error)")
        }
    }

    /// Whether the target of a link in the directory stays inside the repository. `..` is allowed only at the start: after a
    /// name, which may be another link, it is not known where it leads.
    private static func stays(_ target: String, from directory: ArraySlice<String>) -> Bool {
        guard !target.isEmpty, !isAbsolute(target), !target.utf8.contains(0) else { return false }
        let components = components(of: target).filter { $0 != "." }
        let climbs = components.prefix { $0 == ".." }.count
        return climbs <= directory.count && !components.dropFirst(climbs).contains("..")
    }

    /// Splits by bytes, as the system does: in Swift a slash with an accent is a different character.
    private static func components(of path: String) -> [String] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    }

    private static func isAbsolute(_ path: String) -> Bool { path.utf8.first == UInt8(ascii: "/") }
}
