"""What Jupyter loads, and what is made of its notebooks.

`hidden_results` and `whole_files` run in Jupyter's server, `clean_notebooks` when a notebook is run
to be committed, and `export` makes pages. Nothing else of the package imports from here.
"""
