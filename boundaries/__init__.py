"""The register: what lies where, who answers for it, what happened there."""
