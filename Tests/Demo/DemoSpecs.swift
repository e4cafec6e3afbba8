/// The files pushed by the demo.
enum DemoSpecs {
    static let descriptor = """
        marathon_url: http://marathon.mesos:8080
        app_name: s4d
        repo_url: https://github.com/mhausenblas/s4d
        public_node: \(DemoWorld.publicNode)
        trigger_branch: dcos

        """

    static func web(memory: Int) -> String {
        """
        {
          "id": "/s4d-web",
          "instances": 2,
          "cpus": 0.2,
          "mem": \(memory),
          "container": {
            "type": "DOCKER",
            "docker": {
              "image": "nginx:1.9",
              "network": "BRIDGE",
              "portMappings": [{ "containerPort": 80, "hostPort": 0 }]
            }
          },
          "healthChecks": [{ "protocol": "HTTP", "path": "/", "portIndex": 0 }]
        }

        """
    }

    static let worker = """
        {
          "id": "/s4d-worker",
          "cmd": "while true; do date; sleep 10; done",
          "cpus": 0.1,
          "mem": 32
        }

        """

    static let brokenWorker = """
        {
          "id": "/s4d-worker",
          "cmd": "while true; do date; sleep 10; done",
          "cpus": "a lot"
        }

        """

    static func shop(edition: Int) -> String {
        """
        {
          "id": "/shop",
          "apps": [
            { "id": "db", "cmd": "run db", "cpus": 0.1, "mem": 64 },
            { "id": "web", "cmd": "run web", "cpus": 0.1, "mem": 64, "dependencies": ["db"],
              "env": { "EDITION": "\(edition)" } }
          ]
        }

        """
    }

    static func moody(edition: Int) -> String {
        """
        {
          "id": "/s4d-moody",
          "cmd": "sulk",
          "cpus": 0.1,
          "mem": 32,
          "env": { "EDITION": "\(edition)" },
          "healthChecks": [{ "protocol": "HTTP", "path": "/mood" }]
        }

        """
    }
}
