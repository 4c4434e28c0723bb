"""The protobuf packages of the Actions runtime."""
