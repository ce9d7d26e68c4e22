"""HTML without rules: escaped elements, the document around them, bars and style."""
