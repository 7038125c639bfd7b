"""What explorers and questions share: the widget that also shows itself where nothing runs."""
