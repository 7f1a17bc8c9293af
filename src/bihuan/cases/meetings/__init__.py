"""Meetings on cases (专业法官会议、审判委员会), the searches they ask for, and the house's own triggers that send a case to them."""
