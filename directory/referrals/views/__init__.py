"""The pages of slips: issuing and following them, paper, and the desk that receives them."""
