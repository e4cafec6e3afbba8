import Foundation

/// Where the personal access token comes from.
extension ConfigurationReader {
    mutating func readAccessToken() -> Secret {
        if let given = sources.given(.pat) { return checkedToken(given.text, source: given.source) }
        let file = sources.given(.patFile)
        let name = file?.text ?? Setting.patFile.defaultValue ?? ""
        let path = name.hasPrefix("/") ? name : sources.directory + "/" + name
        guard let content = FileManager.default.contents(atPath: path) else {
            if file != nil || FileManager.default.fileExists(atPath: path) {
                report(
                    file?.source ?? SettingSources.places(of: .patFile),
                    "can't read the file \(name). Put the personal access token there, or give -pat.")
            } else {
                report(
                    SettingSources.places(of: .pat),
                    "there is no personal access token, and no file .pat in \(sources.directory). "
                        + "Create one at https://github.com/settings/tokens (classic: scope repo; fine-grained: "
                        + "contents read, webhooks and commit statuses read and write).")
            }
            return Secret("")
        }
        accessTokenFile = path
        warnIfReadableByOthers(path: path, name: name)
        let text = String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return checkedToken(text, source: file.map { "\($0.source) (\(name))" } ?? "the file \(name)")
    }

    private mutating func checkedToken(_ text: String, source: String) -> Secret {
        if let flaw = AccessToken.flaw(in: text) { report(source, flaw) }
        return Secret(text)
    }

    private mutating func warnIfReadableByOthers(path: String, name: String) {
        let mode = (try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int) ?? 0
        if mode & 0o077 != 0 {
            warnings.append("The file \(name) holds a token and can be read by others; run: chmod 600 \(name)")
        }
    }
}
