"""What tests stand on: the program to run, forged vaults, people, stand-ins of providers, a disk that loses power."""
