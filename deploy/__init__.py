"""Starting the product: `python -m deploy run` on one machine, the files in this folder on ordinary servers."""
