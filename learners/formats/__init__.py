"""What leaves the record in another form: a picture, a printable sheet. Pure: no Django, network or clock."""
