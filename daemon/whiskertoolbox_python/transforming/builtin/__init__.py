"""The built-in transforms, one module a family; `_registry` lists the modules."""
