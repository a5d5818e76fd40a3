"""Build, lint and bake the documents the registry signs or serves. Pure: no Django, network, clock or chance."""
