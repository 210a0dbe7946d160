"""Hours worked: sent, confirmed, queried, disputed."""
