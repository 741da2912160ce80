NAMES: dict[str, str] = {}
