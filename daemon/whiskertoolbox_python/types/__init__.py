"""Data types: one file each; `registry` lists them, `kinds` says what each is called."""
