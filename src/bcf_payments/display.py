def settlement_line(s): return "x"
def settlement_html(s): return "x"
