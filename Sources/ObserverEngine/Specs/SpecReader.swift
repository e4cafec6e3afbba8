import Foundation

/// Reads and validates the app descriptor and every spec in `specs/`, apps and nested groups, before anything is applied.
package struct SpecReader {
    package static let directory = "specs"
    /// Everything in a repository that is read.
    package static let files = [AppDescriptor.fileName, directory, ".gitattributes", ".gitmodules"]
    /// In bytes; Marathon itself rejects anything much larger.
    static let sizeLimit = 4 * 1024 * 1024

    private var specs = AppSpecs()
    private var groups: [SpecGroup] = []
    private var problems: [SpecProblem] = []
    private var notes: [String] = []

    private init() {}

    /// The app descriptor, which must exist, and the `app_name` in it, by which managed apps are found again.
    /// - Parameter leftOut: The links that were not unpacked.
    package static func readDescriptor(
        in root: String, leftOut: [LeftOutLink] = []
    ) throws(SpecFailure) -> (descriptor: AppDescriptor, name: String) {
        let descriptor = try descriptor(in: root, leftOut: leftOut)
        guard let name = descriptor.appName else { throw .descriptorInvalid(reason: "app_name is missing.") }
        return (descriptor, name)
    }

    /// The app descriptor where a target can do without it; nil if there is none.
    /// - Parameter leftOut: The links that were not unpacked.
    package static func readOptionalDescriptor(
        in root: String, leftOut: [LeftOutLink] = []
    ) throws(SpecFailure) -> AppDescriptor? {
        do throws(SpecFailure) {
            return try descriptor(in: root, leftOut: leftOut)
        } catch .descriptorMissing {
            return nil
        }
    }

    private static func descriptor(in root: String, leftOut: [LeftOutLink]) throws(SpecFailure) -> AppDescriptor {
        let file = AppDescriptor.fileName
        if let link = leftOut.first(where: { $0.path == file }) {
            throw .descriptorInvalid(reason: "it \(link.explanation).")
        }
        let yaml: [UInt8]
        do throws(BoundedFile.Problem) {
            yaml = try BoundedFile.read("\(root)/\(file)", limit: AppDescriptor.sizeLimit)
        } catch .missing {
            guard let reason = ArchiveGap(in: root).reason(for: file) else { throw .descriptorMissing }
            throw .notInArchive(path: file, reason: reason)
        } catch {
            throw .descriptorInvalid(reason: "can't be read: \(error.reason).")
        }
        if isLFSPointer(yaml) { throw .descriptorInvalid(reason: "\(lfsProblem).") }
        do { return try AppDescriptor(yaml: Data(yaml)) } catch { throw .descriptorInvalid(reason: "\(error)") }
    }

    /// - Parameters:
    ///   - root: The unpacked tree.
    ///   - leftOut: The links that were not unpacked.
    /// - Throws: `SpecFailure.specsMissing` or `.notInArchive`, or `.specsInvalid` with every problem in every file.
    package static func read(in root: String, leftOut: [LeftOutLink] = []) throws(SpecFailure) -> AppSpecs {
        let folder = root + "/" + directory
        let gap = ArchiveGap(in: root)
        if let link = leftOut.first(where: { $0.path == directory }) {
            throw .specsInvalid([SpecProblem(file: directory, message: link.explanation)])
        }
        let entries = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        let names = entries.filter(isSpec)
        let others = entries.filter { looksLikeSpec($0, in: folder) }.map { "\(directory)/\($0)" }
        let links = leftOut.filter { link in
            link.path.hasPrefix("\(directory)/") && isSpec(String(link.path.dropFirst(directory.count + 1)))
        }
        guard !names.isEmpty || !links.isEmpty else {
            guard let reason = gap.reason(for: directory) ?? gap.reason(for: "\(directory)/*.json") else {
                throw .specsMissing(instead: others, composeFile: composeFile(in: root))
            }
            throw .notInArchive(path: directory, reason: reason)
        }
        var reader = SpecReader()
        for link in links { reader.report(link.path, "", link.explanation) }
        for name in names { reader.readFile(folder + "/" + name, file: "\(directory)/\(name)") }
        reader.specs.warnings =
            others.map { "\($0.printable) is not read: only specs/*.json are" }
            + gap.patterns(within: directory).map { "GitHub's archive may lack specs because of \($0.place)" }
            + reader.notes
        reader.problems += SpecGroup.conflicts(of: reader.groups, with: reader.specs.apps)
        guard reader.problems.isEmpty else { throw .specsInvalid(reader.problems.located(in: root).inFileOrder) }
        return reader.specs
    }

    /// Whether a name in `specs/` is that of a spec. As `specs/*.json` does, it passes over hidden files, such as those that
    /// macOS and editors leave behind.
    private static func isSpec(_ name: String) -> Bool {
        name.lowercased().hasSuffix(".json") && !name.hasPrefix(".") && !name.contains("/")
    }

    /// Whether a file in `specs/` that is not read was probably meant to be: YAML, or a directory with JSON files.
    private static func looksLikeSpec(_ name: String, in folder: String) -> Bool {
        guard !name.hasPrefix(".") else { return false }
        if [".yml", ".yaml", ".jsonc", ".json5"].contains(where: name.lowercased().hasSuffix) { return true }
        let inside = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")) ?? []
        return inside.contains(where: isSpec)
    }

    /// The names of a compose file, in the order in which Compose tries them.
    package static let composeFiles = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"]

    /// The compose file of a tree; nil if there is none with a usual name.
    package static func composeFile(in root: String) -> String? {
        composeFiles.first { FileManager.default.fileExists(atPath: "\(root)/\($0)") }
    }

    private static let lfsProblem =
        "is a Git LFS pointer in place of the file. Take the file out of Git LFS, or let GitHub include Git LFS objects in "
        + "archives (repository settings)"

    /// Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-pointer
    private static func isLFSPointer(_ content: some Collection<UInt8>) -> Bool {
        content.starts(with: "version https://git-lfs.github.com/spec/".utf8)
    }

    private mutating func readFile(_ path: String, file: String) {
        let content: Data
        do throws(BoundedFile.Problem) {
            content = Data(try BoundedFile.read(path, limit: Self.sizeLimit))
        } catch {
            return report(file, "", "can't be read: \(error.reason)")
        }
        if Self.isLFSPointer(content) { return report(file, "", Self.lfsProblem) }
        if let complaint = JSONSyntax.complaint(about: content) { return report(file, "", complaint) }
        guard let root = try? JSONDecoder().decode(JSONValue.self, from: content) else {
            return report(file, "", JSONSyntax.otherComplaint)
        }
        guard root.object != nil else {
            return report(file, "", "expected an app or a group, an object, found \(root.kind)")
        }
        if Self.isGroup(root) {
            readGroup(root, at: "", in: "/", inherited: [], file: file)
        } else {
            readApp(root, at: "", in: "/", inherited: [], file: file)
        }
    }

    private static let podComplaint = "pods are not supported; define apps or groups of apps"

    /// A null field counts as absent.
    private static func isGroup(_ value: JSONValue) -> Bool {
        ["apps", "groups"].contains { (value[$0] ?? .null) != .null }
    }

    /// - Parameter inherited: The dependencies of the enclosing groups, absolute.
    private mutating func readGroup(
        _ group: JSONValue, at pointer: String, in base: String, inherited: [String], file: String
    ) {
        guard let id = readID(of: group, at: pointer, in: base, file: file) else { return }
        if let pods = group["pods"]?.array, !pods.isEmpty { report(file, "\(pointer)/pods", Self.podComplaint) }
        specs.groups.append(id)
        groups.append(SpecGroup(id: id, file: file, pointer: pointer))
        for (key, shape) in [("dependencies", SpecShape.list(.string)), ("apps", .list(.any)), ("groups", .list(.any))]
        {
            problems += (group[key].map { shape.problems(of: $0, at: "\(pointer)/\(key)", file: file) }) ?? []
        }
        // Everything in a group depends on what the group depends on. Stating it per app leaves the group itself, and apps
        // of others in it, untouched.
        let dependencies = inherited + Self.texts(group["dependencies"]).map { MarathonPath.absolute($0, in: id) }
        for (index, app) in (group["apps"]?.array ?? []).enumerated() {
            readApp(app, at: "\(pointer)/apps/\(index)", in: id, inherited: dependencies, file: file)
        }
        for (index, inner) in (group["groups"]?.array ?? []).enumerated() {
            let place = "\(pointer)/groups/\(index)"
            if inner.object == nil {
                report(file, place, "expected a group, an object, found \(inner.kind)")
            } else {
                readGroup(inner, at: place, in: id, inherited: dependencies, file: file)
            }
        }
    }

    private mutating func readApp(
        _ app: JSONValue, at pointer: String, in base: String, inherited: [String], file: String
    ) {
        if let field = ["containers", "pods"].first(where: { app[$0]?.array != nil }) {
            return report(file, "\(pointer)/\(field)", Self.podComplaint)
        }
        let found = SpecShape.app.problems(of: app, at: pointer, file: file)
        problems += found
        guard app.object != nil, let id = readID(of: app, at: pointer, in: base, file: file) else { return }
        if !["cmd", "args", "container"].contains(where: { app[$0] != nil && app[$0] != .null }) {
            report(file, pointer, "one of cmd, args or container is required")
        }
        if app["cmd"]?.string != nil, app["args"]?.array?.isEmpty == false {
            report(file, pointer + "/args", "remove cmd or args: Marathon accepts only one of them")
        }
        for (field, known) in SpecShape.misspelledFields(of: app) {
            notes.append("\(file): \(pointer)/\(field.pointerEscaped) is not a known field; did you mean '\(known)'?")
        }
        let reserved = DployLabel.all.filter { app["labels"]?[$0] != nil }
        if !reserved.isEmpty {
            let labels = reserved.joined(separator: ", ")
            let words = reserved.count == 1 ? "is ignored; the observer sets it" : "are ignored; the observer sets them"
            notes.append("\(file): \(pointer)/labels: \(labels) \(words)")
        }
        if app["version"] != nil {
            report(file, pointer + "/version", "remove it: 'version' can only be sent on its own")
        }
        if let other = specs.apps.first(where: { $0.id == id }) {
            report(file, pointer + "/id", "\(id) is also defined in \(other.file)")
        }
        let own = Self.texts(app["dependencies"]).map { MarathonPath.absolute($0, in: MarathonPath.parent(of: id)) }
        specs.apps.append(
            AppSpec(
                id: id, file: file, pointer: pointer,
                definition: Self.normalized(app, id: id, dependencies: own + inherited)))
    }

    /// The absolute id; nil, and a problem, if it is missing or invalid.
    private mutating func readID(of value: JSONValue, at pointer: String, in base: String, file: String) -> String? {
        guard let text = value["id"]?.string else {
            // For an app, an id of the wrong type is reported with its other fields.
            if value["id"] == nil || value["id"] == .null || Self.isGroup(value) {
                report(file, pointer + "/id", "is missing")
            }
            return nil
        }
        if let flaw = MarathonPath.flaw(in: text) {
            report(file, pointer + "/id", "'\(text)' \(flaw)")
            return nil
        }
        let id = MarathonPath.absolute(text, in: base)
        if !MarathonPath.isChild(id, of: base) {
            report(file, pointer + "/id", "\(id) is not inside \(base); use a relative id")
            return nil
        }
        return id
    }

    private mutating func report(_ file: String, _ pointer: String, _ message: String) {
        problems.append(SpecProblem(file: file, pointer: pointer, message: message))
    }

    private static func texts(_ value: JSONValue?) -> [String] {
        (value?.array ?? []).compactMap(\.string)
    }

    /// The canonical form: no nulls, an absolute id, sorted absolute dependencies, no labels of the observer.
    private static func normalized(_ app: JSONValue, id: String, dependencies: [String]) -> JSONValue {
        var fields = (app.object ?? [:]).filter { $0.value != .null }
        fields["id"] = .string(id)
        let needed = Set(dependencies).filter { $0 != id && !MarathonPath.isChild(id, of: $0) }
        fields["dependencies"] = needed.isEmpty ? nil : .array(needed.sorted().map { .string($0) })
        if var labels = fields["labels"]?.object {
            for label in DployLabel.all { labels[label] = nil }
            fields["labels"] = labels.isEmpty ? nil : .object(labels)
        }
        return .object(fields)
    }
}

extension [SpecProblem] {
    /// The problems with their lines; each file is read once more.
    fileprivate func located(in root: String) -> [SpecProblem] {
        var located = self
        for (file, indices) in Dictionary(grouping: self.indices, by: { self[$0].file }) {
            guard let content = try? BoundedFile.read("\(root)/\(file)", limit: SpecReader.sizeLimit) else { continue }
            let lines = JSONSyntax.lines(of: indices.map { self[$0].pointer }, in: Data(content))
            for (index, line) in zip(indices, lines) { located[index].line = line }
        }
        return located
    }
}

extension [SpecProblem] {
    /// File by file from the first line to the last. A problem of a file as a whole comes first.
    fileprivate var inFileOrder: [SpecProblem] {
        // The order of problems of one line stays.
        enumerated().sorted { first, second in
            (first.element.file, first.element.line ?? 0, first.offset)
                < (second.element.file, second.element.line ?? 0, second.offset)
        }
        .map(\.element)
    }
}

/// A group that a spec describes.
private struct SpecGroup {
    /// Absolute.
    let id: String
    let file: String
    let pointer: String

    /// Groups and apps with the ID of an app, or below it: in Marathon an app can't contain anything.
    static func conflicts(of groups: [SpecGroup], with apps: [AppSpec]) -> [SpecProblem] {
        let files = Dictionary(apps.map { ($0.id, $0.file) }) { first, _ in first }
        guard !files.isEmpty else { return [] }
        let described = Set(groups.map(\.id))
        var problems: [SpecProblem] = []
        for group in groups {
            guard let file = files[group.id] else { continue }
            let message =
                "the group \(group.id) has the same id as an app in \(file)"
            problems.append(SpecProblem(file: group.file, pointer: group.pointer + "/id", message: message))
        }
        let places = groups.map { ($0.id, $0.file, $0.pointer) } + apps.map { ($0.id, $0.file, $0.pointer) }
        for (id, file, pointer) in places {
            // Conflicts inside a group are reported once, with the group.
            let around = sequence(first: MarathonPath.parent(of: id)) { MarathonPath.parent(of: $0) }
                .prefix { $0 != "/" && !described.contains($0) }
            guard let app = around.first(where: { files[$0] != nil }), let other = files[app] else { continue }
            let message = "\(id) can't be inside \(app), which is an app in \(other)"
            problems.append(SpecProblem(file: file, pointer: pointer + "/id", message: message))
        }
        return problems
    }
}
