"""Policy files: YAML that nobody is trusted for becomes packs, or a list of problems."""
