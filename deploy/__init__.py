"""Starting the portal: its servers, its processes, its gates. Not imported by the five packages."""
