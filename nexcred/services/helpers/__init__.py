"""Answers for programs that ask for credentials: AWS tools, git, docker, Kubernetes."""
