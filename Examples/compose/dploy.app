app_name: hello
