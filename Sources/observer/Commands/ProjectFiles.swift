import ObserverEngine

/// The kinds of target that `init` prepares a repository for.
enum ProjectKind: String, CaseIterable {
    case compose, marathon, command

    /// How to start the observer for it.
    var start: String {
        switch self {
        case .compose: "observer -target compose"
        case .marathon: "observer"
        case .command: "observer -deploy-command ./deploy.sh"
        }
    }

    /// How to check the files before a push; nil where only the deploy command knows them.
    var check: String? {
        switch self {
        case .compose: "observer plan -offline -target compose"
        case .marathon: "observer plan -offline"
        case .command: nil
        }
    }
}

/// A repository that is to be deployed, as far as its clone shows.
struct Project: Equatable {
    let repository: RepositoryName
    let branch: String
    /// `https://github.com`
    let website: String
    /// Names of the files in the clone's root.
    let files: Set<String>
    /// The content of `.gitignore`; empty if there is none.
    let ignored: String
    /// The existing app descriptor, which is kept.
    var descriptor: AppDescriptor?

    /// The target that the files call for; nil without a hint.
    var hint: ProjectKind? {
        if !files.isDisjoint(with: SpecReader.composeFiles) { return .compose }
        if files.contains("specs") { return .marathon }
        return files.contains("deploy.sh") ? .command : nil
    }

    /// How to start the observer. A descriptor that is kept may name another repository, and another branch, or none.
    func start(_ kind: ProjectKind) -> String {
        let isOther = described.map { $0 != repository } ?? false
        let watched = descriptor == nil ? branch : descriptor?.triggerBranch ?? Setting.branch.defaultValue
        return kind.start + (isOther ? " -owner \(repository.owner) -repo \(repository.name)" : "")
            + (watched == branch ? "" : " -branch \(branch)")
    }

    /// A sentence if the descriptor names another repository than the remote, and was preferred; nil otherwise.
    func choice(insteadOf origin: RepositoryName?) -> String? {
        guard let origin, let described, described == repository, described != origin else {
            return nil
        }
        return "\(AppDescriptor.fileName) names \(described), the remote 'origin' \(origin): using \(described). "
            + "Set -owner and -repo to use another."
    }

    /// The repository of the descriptor.
    private var described: RepositoryName? {
        descriptor?.repositoryURL.flatMap { RepositoryURL($0) }?.repository
    }

    /// The files that a first deployment still needs. Existing files are kept, except for `.gitignore`, which must keep the
    /// token out of the repository.
    func missingFiles(for kind: ProjectKind) -> [NewFile] {
        var new: [NewFile] = []
        if !files.contains(AppDescriptor.fileName) { new.append(newDescriptor) }
        switch kind {
        case .compose where files.isDisjoint(with: SpecReader.composeFiles): new.append(composeFile)
        case .marathon where !files.contains("specs"): new.append(spec)
        case .command where !files.contains("deploy.sh"): new.append(script)
        default: break
        }
        if !ignored.split(separator: "\n").contains(where: { [".pat", "/.pat"].contains($0) }) {
            let start = ignored.isEmpty || ignored.hasSuffix("\n") ? ignored : ignored + "\n"
            new.append(NewFile(path: ".gitignore", content: start + ".pat\n"))
        }
        return new
    }

    private var newDescriptor: NewFile {
        NewFile(
            path: AppDescriptor.fileName,
            content: """
                app_name: \(repository.name)
                repo_url: \(website)/\(repository)
                trigger_branch: \(branch)

                """)
    }

    private var composeFile: NewFile {
        NewFile(
            path: "compose.yaml",
            content: """
                services:
                  web:
                    image: nginx:1-alpine
                    ports: ["8080:80"]
                    restart: unless-stopped
                    healthcheck:
                      test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1/"]
                      interval: 5s
                      retries: 3

                """)
    }

    private var spec: NewFile {
        NewFile(
            path: "specs/web.json",
            content: """
                {
                  "id": "/\(repository.name.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "-" })",
                  "instances": 1,
                  "cpus": 0.1,
                  "mem": 64,
                  "container": {
                    "type": "DOCKER",
                    "docker": {
                      "image": "nginx:1-alpine",
                      "network": "BRIDGE",
                      "portMappings": [{ "containerPort": 80, "hostPort": 0 }]
                    }
                  },
                  "healthChecks": [{ "protocol": "HTTP", "path": "/", "portIndex": 0 }]
                }

                """)
    }

    private var script: NewFile {
        NewFile(
            path: "deploy.sh",
            content: """
                #!/bin/sh
                # Deploys this tree. The variables are explained in docs/deploy-command.md of the observer.
                set -eu
                echo "Deploying $DPLOY_COMMIT, because of: $DPLOY_REASON"
                # Replace this with your own commands, such as: rsync -a --delete public/ /srv/www/
                echo "::step deploy 1/1"

                """, isExecutable: true)
    }
}

/// A file that `init` writes.
struct NewFile: Equatable {
    let path: String
    let content: String
    var isExecutable = false
}

/// The places that may have a personal access token, in the order in which they are tried.
enum TokenSource: Equatable {
    case file
    case variable(String)
    case gh

    static let variables = ["DPLOY_OBSERVER_GITHUB_PAT", "GITHUB_TOKEN", "GH_TOKEN"]

    var words: String {
        switch self {
        case .file: "the file .pat"
        case .variable(let name): name
        case .gh: "'gh auth token'"
        }
    }
}
