job "web" {
  update {
    min_healthy_time = "5s"
    healthy_deadline = "2m"
  }

  group "web" {
    count = 2

    network {
      port "http" { to = 80 }
    }

    service {
      name     = "web"
      port     = "http"
      provider = "nomad"

      check {
        type     = "http"
        path     = "/"
        interval = "5s"
        timeout  = "2s"
      }
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx:1-alpine"
        ports = ["http"]
      }
    }
  }
}
