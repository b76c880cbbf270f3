"""The built-in transforms, one module a family; `registry` lists the modules."""
