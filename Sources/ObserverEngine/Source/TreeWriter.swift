import Foundation
import SystemPackage

/// Writes the selected entries of an archive below one directory, and nothing outside it.
package struct TreeWriter: ~Copyable {
    /// Limits far above any repository of app specs, against archive bombs.
    package struct Limits: Sendable {
        /// Of all written files.
        package var bytes = 512 * 1024 * 1024
        /// Of all written files, directories and links.
        package var entries = 1_000_000
        package var nameLength = 4096
        /// Of all symbolic links, which are kept in memory, in bytes.
        package var links = 8 * 1024 * 1024

        package init() {}
    }

    package struct Refused: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    private let root: String
    private let limits: Limits
    private let selection: TreeSelection
    private var links = TreeLinks()
    private var open: FileHandle?
    private var isSkipping = false
    package private(set) var bytes = 0
    package private(set) var files = 0
    private var entries = 0

    package init(root: String, selection: TreeSelection = .everything, limits: Limits = Limits()) {
        self.root = root
        self.selection = selection
        self.limits = limits
    }

    package mutating func write(_ event: TarReader.Event) throws {
        switch event {
        case .entry(let name, let kind): try begin(name, kind)
        case .content where isSkipping: break
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

    /// Creates the links once all of them are known, except for those that lead nowhere.
    /// - Returns: The links that were left out.
    package mutating func finish() throws -> [LeftOutLink] {
        var leftOut: [LeftOutLink] = []
        let selection = selection
        for path in links.paths.filter({ selection.includes($0) }).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            guard let target = links.target(of: path) else { continue }
            let name = path.joined(separator: "/")
            guard !links.isBehindLink(path.dropLast()) else {
                throw Refused(description: "the entry \(name.printable) goes through a link")
            }
            switch links.destination(of: path) {
            case .inside: try createLink(path, target: target, name: name)
            case .outside: leftOut.append(LeftOutLink(path: name, target: target, reason: .leadsOut))
            case .loop: leftOut.append(LeftOutLink(path: name, target: target, reason: .loop))
            }
        }
        return leftOut
    }

    /// The selection with everything that its links lead to.
    var wanted: TreeSelection { selection.extended(by: links) }

    private mutating func begin(_ name: String, _ kind: TarReader.Kind) throws {
        isSkipping = false
        // GitHub puts everything below one directory, OWNER-REPO-COMMIT/.
        let path = try safeComponents(of: name).dropFirst()
        guard !path.isEmpty else { return }
        if case .symbolicLink(let target) = kind {
            links.add(Array(path), target: target)
            guard links.size <= limits.links else { throw Refused(description: "it has too many symbolic links") }
        } else if links.isBehindLink(path) {
            throw Refused(description: "the entry \(name.printable) goes through a link")
        }
        guard selection.includes(path) else {
            isSkipping = true
            return
        }
        entries += 1
        guard entries <= limits.entries else {
            throw Refused(description: "it has more than \(limits.entries) entries")
        }
        let destination = ([root] + path).joined(separator: "/")
        switch kind {
        case .directory:
            try FileManager.default.createDirectory(atPath: destination, withIntermediateDirectories: true)
        case .file(_, let isExecutable):
            try createParent(of: path)
            open = try createFile(destination, mode: isExecutable ? 0o700 : 0o600, name: name)
            files += 1
        case .symbolicLink: break
        }
    }

    /// The components of a relative name without `..`.
    private func safeComponents(of name: String) throws -> [String] {
        guard name.utf8.count <= limits.nameLength else {
            throw Refused(description: "a name is longer than \(limits.nameLength) bytes")
        }
        let components = name.pathComponents
        guard name.utf8.first != UInt8(ascii: "/"), !components.contains(".."), !components.contains("."),
            !name.utf8.contains(0)
        else {
            throw Refused(description: "the name \(name.printable) points outside the repository")
        }
        return components
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

    private mutating func createLink(_ path: [String], target: String, name: String) throws {
        try createParent(of: path[...])
        do {
            try FileManager.default.createSymbolicLink(
                atPath: ([root] + path).joined(separator: "/"), withDestinationPath: target)
        } catch let error as CocoaError where error.code == .fileWriteFileExists {
            throw Refused(description: "the entry \(name.printable) goes through a link")
        }
        files += 1
    }
}
