# The tables of some questions, overall and by each breakdown, with 95% intervals, by R's package survey: how long that
# takes without and with weights. Arguments: the responses as CSV, the questions, the breakdowns.
suppressPackageStartupMessages(library(survey))
given <- commandArgs(trailingOnly = TRUE)
table <- read.csv(given[1])
questions <- strsplit(given[2], ",")[[1]]
breakdowns <- strsplit(given[3], ",")[[1]]
for (name in c(questions, breakdowns)) {
  column <- table[[name]]
  column[column == 0] <- NA
  table[[name]] <- factor(column)
}

tabulated <- function(design) {
  for (name in questions) {
    what <- as.formula(paste0("~", name))
    confint(svymean(what, design, na.rm = TRUE))
    for (breakdown in breakdowns) {
      found <- svyby(what, as.formula(paste0("~", breakdown)), design, svymean, na.rm = TRUE)
      confint(found)
    }
  }
}

plain <- svydesign(ids = ~1, weights = ~1, data = table)
weighted <- svydesign(ids = ~1, weights = ~weight, data = table)
first <- system.time(tabulated(plain))[["elapsed"]]
second <- system.time(tabulated(weighted))[["elapsed"]]
cat(sprintf("%f,%f,R %s with survey %s\n", first, second, getRversion(), packageVersion("survey")))
