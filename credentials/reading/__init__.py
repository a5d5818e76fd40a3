"""What comes in and from where: files, texts, pictures and papers of strangers, and documents at addresses."""
