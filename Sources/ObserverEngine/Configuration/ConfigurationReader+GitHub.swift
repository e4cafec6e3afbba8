import Foundation

/// How GitHub is reached, and with which secrets.
extension ConfigurationReader {
    mutating func readGitHub() -> GitHubSettings {
        let (token, file) = readAccessToken()
        return GitHubSettings(
            api: readGitHubAPI(), accessToken: token, accessTokenFile: file,
            webhookSecret: readSecret(.webhookSecret),
            reportsCommitStatus: !settings.isOn(.noCommitStatus, ifVariableIs: "off"),
            pollInterval: settings.seconds(.poll, atLeast: 0), reviewInterval: settings.seconds(.review, atLeast: 0))
    }

    private mutating func readGitHubAPI() -> ServiceURL {
        guard let api = settings.url(.gitHubAPI) else { return .placeholder }
        if ["github.com", "www.github.com"].contains(api.host.lowercased()) {
            settings.report(
                sources.given(.gitHubAPI)?.source ?? "-github-api",
                "'\(api)' is GitHub's website; its API is at https://api.github.com.")
        }
        return api
    }

    /// The token, and the file that it was read from.
    private mutating func readAccessToken() -> (Secret, file: String?) {
        if let given = sources.given(.pat) { return (checkedToken(given.text, source: given.source), nil) }
        let file = sources.given(.patFile)
        let name = file?.text ?? Setting.patFile.defaultValue ?? ""
        let path = settings.path(name)
        let content: [UInt8]
        do throws(BoundedFile.Problem) {
            content = try PersonalAccessToken.content(ofFile: path)
        } catch .missing where file == nil {
            settings.report(
                SettingSources.places(of: .pat),
                "no personal access token, and no file .pat in \(sources.directory). "
                    + "Create one at \(website)/settings/tokens (classic: scope repo; fine-grained: "
                    + "contents read, webhooks and commit statuses read and write).", isMissing: true)
            return (Secret(""), nil)
        } catch {
            settings.report(
                file?.source ?? SettingSources.places(of: .patFile),
                "can't read the file \(name): \(error.reason). Put the personal access token there, "
                    + "or set DPLOY_OBSERVER_GITHUB_PAT.")
            return (Secret(""), nil)
        }
        warnIfReadableByOthers(path: path, name: name)
        let text = String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return (checkedToken(text, source: file.map { "\($0.source) (\(name))" } ?? "the file \(name)"), path)
    }

    private mutating func checkedToken(_ text: String, source: String) -> Secret {
        if let flaw = PersonalAccessToken.flaw(in: text) { settings.report(source, flaw) }
        return Secret(text)
    }

    private mutating func warnIfReadableByOthers(path: String, name: String) {
        let mode = (try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int) ?? 0
        if mode & 0o077 != 0 {
            warnings.append(
                "The file \(name) contains a token and is readable by other users. Run 'chmod 600 \(name)'.")
        }
    }

    /// A secret that is long enough to be removed from everything that is shown: a shorter one would be part of ordinary words.
    mutating func readSecret(_ setting: Setting) -> Secret? {
        let secret = settings.secret(setting)
        if let secret, let found = sources.given(setting) { checkLength(of: secret.value, source: found.source) }
        return secret
    }

    mutating func checkLength(of secret: String, source: String) {
        guard secret.utf8.count < Redactor.shortest else { return }
        settings.report(
            source,
            "is shorter than \(Redactor.shortest) characters, too short to be kept out of logs; use a longer one.")
    }
}
