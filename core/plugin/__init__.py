"""The socket: manifest, hookspecs, registry, gate."""
