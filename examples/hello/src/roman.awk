# Writes its arguments, whole numbers from 1 to 3999, as Roman numerals.
BEGIN {
  split("1000 900 500 400 100 90 50 40 10 9 5 4 1", value, " ")
  split("M CM D CD C XC L XL X IX V IV I", letters, " ")
  for (i = 1; i < ARGC; i++) {
    if (ARGV[i] !~ /^[0-9]+$/ || ARGV[i] + 0 < 1 || ARGV[i] + 0 > 3999) {
      print "not a number from 1 to 3999: " ARGV[i]
      exit 1
    }
    print roman(ARGV[i] + 0)
  }
}

function roman(number,    i, text) {
  for (i = 1; i <= 13; i++) {
    while (number >= value[i]) {
      text = text letters[i]
      number -= value[i]
    }
  }
  return text
}
