# Loaded by the pages of a bookdown book: the table of a question, overall or by a breakdown, with 95% intervals, by R's
# package survey. A question with several answers has a column of 0 and 1 for each of them.
suppressPackageStartupMessages(library(survey))

opened <- function(file) {
  table <- read.csv(file, na.strings = "", stringsAsFactors = TRUE)
  svydesign(ids = ~1, weights = ~1, data = table)
}

columns <- function(design, question) {
  names <- names(design$variables)
  names[names == question | startsWith(names, paste0(question, "__"))]
}

shares <- function(design, column, by) {
  what <- as.formula(paste0("~", column))
  if (by == "") {
    found <- svymean(what, design, na.rm = TRUE)
    cbind(share = coef(found), confint(found))
  } else {
    found <- svyby(what, as.formula(paste0("~", by)), design, svymean, na.rm = TRUE)
    cbind(share = coef(found), confint(found))
  }
}

tabled <- function(design, question, by = "") {
  knitr::kable(100 * do.call(rbind, lapply(columns(design, question), shares, design = design, by = by)), digits = 0)
}
