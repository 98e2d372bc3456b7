# Every estimator of this study, computed a second time with base R and its package survey.
# Run by `make reference` in this folder; writes apistrat.csv, apiclus1.csv, shares.csv, expected.csv, versions.json.

suppressMessages(library(survey))
options(digits = 17, scipen = 0, stringsAsFactors = FALSE)

precise <- function(x) ifelse(is.na(x), "", formatC(x, digits = 17, format = "g", width = 1))
rows <- list()
note <- function(case, ...) {
  values <- c(...)
  rows[[length(rows) + 1]] <<- data.frame(case = case, statistic = names(values), value = precise(unname(values)))
}
write_table <- function(table, file) write.csv(table, file, row.names = FALSE, quote = TRUE, eol = "\n")

# --- Shares of the reconstructed baseline, in all and by one breakdown: counts from the file, Wilson from prop.test

wilson <- function(count, base) suppressWarnings(as.vector(prop.test(count, base, correct = FALSE)$conf.int))

share_row <- function(survey, question, answers, group, cells, multiple, members) {
  wanted <- strsplit(answers, "+", fixed = TRUE)[[1]]
  parts <- strsplit(cells, "[;+]")
  gave <- vapply(parts, function(p) length(p) > 0 && (if (multiple) any(p %in% wanted) else all(p %in% wanted)), NA)
  base <- sum(members & cells != "")
  if (base == 0) return(NULL)
  count <- sum(members & cells != "" & gave)
  interval <- wilson(count, base)
  data.frame(survey, question, answers, group, count, base, share = precise(count / base),
             low = precise(interval[1]), high = precise(interval[2]))
}

baseline_shares <- function(survey, breakdown) {
  data <- read.csv(file.path("../../data/waves/baseline-2007", paste0(survey, ".csv")), colClasses = "character")
  groups <- setdiff(sort(unique(data[[breakdown]]), method = "radix"), "")
  table <- NULL
  for (question in setdiff(names(data), "response")) {
    cells <- data[[question]]
    multiple <- any(grepl(";", cells))
    answers <- setdiff(sort(unique(unlist(strsplit(cells, ";"))), method = "radix"), "")
    for (answer in answers) {
      table <- rbind(table, share_row(survey, question, answer, "", cells, multiple, TRUE))
      if (question != breakdown) for (group in groups) {
        table <- rbind(table, share_row(survey, question, answer, group, cells, multiple, data[[breakdown]] == group))
      }
    }
  }
  table
}
write_table(rbind(baseline_shares("commissioners", "organisation_type"), baseline_shares("third_sector", "size")),
            "shares.csv")

# --- Weighted shares with their errors and intervals

# A share (values of 0 and 1 in `y`) of a design, all of its members having answered.
note_share <- function(case, design) {
  estimate <- svymean(~y, design)
  logit <- attr(svyciprop(~y, design, method = "logit"), "ci")
  xlogit <- attr(svyciprop(~y, design, method = "xlogit"), "ci")
  beta <- attr(svyciprop(~y, design, method = "beta"), "ci")
  note(case, value = unname(coef(estimate)), error = SE(estimate)[1], degrees = degf(design),
       logit_low = logit[[1]], logit_high = logit[[2]], xlogit_low = xlogit[[1]], xlogit_high = xlogit[[2]],
       beta_low = beta[[1]], beta_high = beta[[2]])
}
note_mean <- function(case, design) {
  estimate <- svymean(~y, design)
  note(case, value = unname(coef(estimate)), error = SE(estimate)[1], degrees = degf(design))
}
# The same in each domain; svyby's values and errors must be those of the subset (it is checked here).
note_domains <- function(case, design, by, noting) {
  table <- svyby(~y, by, design, svymean)
  for (i in seq_len(nrow(table))) {
    domain <- as.character(table[i, 1])
    part <- design[as.character(design$variables[[all.vars(by)]]) == domain, ]
    stopifnot(abs(coef(svymean(~y, part)) - table[i, "y"]) < 1e-14, abs(SE(svymean(~y, part)) - table[i, "se"]) < 1e-14)
    noting(paste(case, domain, sep = "@"), part)
  }
}

waves <- read.csv("waves.csv")
kish <- function(weights) length(weights) * sum(weights^2) / sum(weights)^2
for (survey in unique(waves$survey)) for (wave in 1:2) {
  data <- waves[waves$survey == survey & waves$wave == wave, ]
  data$y <- data$answer
  case <- paste(survey, wave, sep = ".")
  design <- svydesign(ids = ~1, weights = ~weight, data = data)
  answered <- subset(design, !is.na(answer))
  note_share(case, answered)
  note_domains(case, answered, ~reach, note_share)
  data$y <- data$rare
  note_share(paste0(case, ".rare"), svydesign(ids = ~1, weights = ~weight, data = data))
  note(case, kish = kish(data$weight))
}

# --- Real schools: stratified and clustered samples of the Academic Performance Index

data(api)
keep <- c("dnum", "stype", "sch.wide", "api00", "pw", "fpc")
write_table(apistrat[keep], "apistrat.csv")
write_table(apiclus1[keep], "apiclus1.csv")
with_y <- function(design, y) { design$variables$y <- y; design }
designs <- list(
  apistrat = svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat),
  apistrat_without_fpc = svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = apistrat),
  apiclus1 = svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1),
  apiclus1_without_fpc = svydesign(ids = ~dnum, weights = ~pw, data = apiclus1)
)
for (name in names(designs)) {
  design <- designs[[name]]
  score <- with_y(design, design$variables$api00)
  yes <- with_y(design, as.numeric(design$variables$sch.wide == "Yes"))
  note_mean(name, score)
  note_share(paste0(name, ".sch.wide"), yes)
  note_domains(name, score, ~sch.wide, note_mean)
  note_domains(paste0(name, ".sch.wide"), yes, ~stype, note_share)
}

# --- Raking: margins met to 1e-13; the error from calibrate(), which fits the same weights, and from rake()

tight <- list(maxit = 1000, epsilon = 1e-13)
note_raked <- function(case, design, margins, targets, members = TRUE) {
  raked <- rake(design, margins, targets, control = tight)
  totals <- c(sum(targets[[1]]$Freq), unlist(lapply(targets, function(t) setNames(t$Freq, paste0(names(t)[1], t[[1]]))[-1])))
  formula <- reformulate(vapply(margins, all.vars, ""))
  names(totals)[1] <- "(Intercept)"
  calibrated <- calibrate(design, formula, totals, calfun = "raking", epsilon = 1e-13, maxit = 200)
  estimate <- svymean(~y, raked[members, ]); again <- svymean(~y, calibrated[members, ])
  note(case, value = unname(coef(estimate)), calibrated_value = unname(coef(again)), calibrated_error = SE(again)[1],
       raked_error = SE(estimate)[1], kish = kish(weights(raked)),
       largest = max(weights(raked)), smallest = min(weights(raked)), first = weights(raked)[[1]])
}
freq <- function(values, name) setNames(as.data.frame(table(values), responseName = "Freq"), c(name, "Freq"))
types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
for (name in names(designs)) {
  design <- with_y(designs[[name]], designs[[name]]$variables$api00)
  note_raked(paste0(name, ".raked"), design, list(~stype, ~sch.wide), list(types, wide))
}
for (survey in unique(waves$survey)) {
  first <- waves[waves$survey == survey & waves$wave == 1, ]
  data <- waves[waves$survey == survey & waves$wave == 2, ]
  data$y <- ifelse(is.na(data$answer), 0, data$answer)  # not read: they are no members of the base
  targets <- list(freq(first$group, "group"), freq(first$reach, "reach"))
  answered <- !is.na(data$answer)
  data$one <- 1
  note_raked(paste0(survey, ".raked"), svydesign(ids = ~1, weights = ~one, data = data), list(~group, ~reach), targets,
             answered)
  note_raked(paste0(survey, ".raked_from_weights"), svydesign(ids = ~1, weights = ~weight, data = data),
             list(~group, ~reach), targets, answered)
}

# --- Differences of shares: Newcombe's intervals from prop.test's, for separate and for the same respondents

newcombe <- function(x1, n1, x2, n2) {
  d <- x2 / n2 - x1 / n1; i1 <- wilson(x1, n1); i2 <- wilson(x2, n2)
  c(low = d - sqrt((x2 / n2 - i2[1])^2 + (i1[2] - x1 / n1)^2), high = d + sqrt((i2[2] - x2 / n2)^2 + (x1 / n1 - i1[1])^2))
}
newcombe_paired <- function(both, only1, only2, neither) {
  n <- both + only1 + only2 + neither; p1 <- (both + only1) / n; p2 <- (both + only2) / n
  i1 <- wilson(both + only1, n); i2 <- wilson(both + only2, n)
  product <- (both + only1) * (only2 + neither) * (both + only2) * (only1 + neither)
  det <- both * neither - only1 * only2
  phi <- if (product == 0) 0 else (if (det > 0) max(det - n / 2, 0) else det) / sqrt(product)
  l1 <- p1 - i1[1]; u1 <- i1[2] - p1; l2 <- p2 - i2[1]; u2 <- i2[2] - p2
  c(low = p2 - p1 - sqrt(l2^2 - 2 * phi * l2 * u1 + u1^2), high = p2 - p1 + sqrt(u2^2 - 2 * phi * u2 * l1 + l1^2))
}
for (cells in list(c(36, 12, 2, 0), c(20, 30, 40, 72), c(60, 10, 12, 80), c(0, 5, 0, 45), c(5, 40, 50, 5))) {
  note(paste(c("paired", cells), collapse = " "), do.call(newcombe_paired, as.list(cells)))
}

# --- Change between waves: crude, at the baseline's make-up, and Kitagawa's split

# Mean of the groups' shares with the parts of wave 1, less the share of wave 1. Wave 1: parts and share together
# from one svymean with their covariance. Wave 2: each group a sample of its own. Delta method (svycontrast).
standardised <- function(one, two) {
  groups <- sort(unique(one$group), method = "radix")
  design <- svydesign(ids = ~1, weights = ~one, data = transform(one, one = 1, group = factor(group, groups)))
  joint <- svymean(~group + answer, design)
  apart <- lapply(groups, function(g) svymean(~answer, svydesign(ids = ~1, weights = ~one, data = transform(two[two$group == g, ], one = 1))))
  rates <- vapply(apart, coef, 0)
  contrast <- svycontrast(joint, list(d = c(rates, -1)))
  parts <- coef(joint)[seq_along(groups)]
  variance <- vcov(contrast)[1, 1] + sum(parts^2 * vapply(apart, vcov, 0))
  c(standardised = unname(coef(contrast)), standardised_error = sqrt(variance))
}
kitagawa <- function(one, two) {
  counted <- function(data) as.matrix(aggregate(answer ~ group, data, function(y) c(sum(y), length(y)))$answer)
  t1 <- counted(one); t2 <- counted(two)
  share <- cbind(t1[, 2] / sum(t1[, 2]), t2[, 2] / sum(t2[, 2])); rate <- cbind(t1[, 1] / t1[, 2], t2[, 1] / t2[, 2])
  # With two factors, each part is the mean of swapping the one first and the other first.
  swap <- function(i, j) sum(share[, i] * rate[, j])
  c(rate = mean(c(swap(1, 2) - swap(1, 1), swap(2, 2) - swap(2, 1))),
    composition = mean(c(swap(2, 1) - swap(1, 1), swap(2, 2) - swap(1, 2))))
}
for (survey in unique(waves$survey)) {
  data <- waves[waves$survey == survey & !is.na(waves$answer), c("wave", "group", "answer")]
  data$group[data$group %in% c("d", "e")] <- "d_or_e"
  one <- data[data$wave == 1, ]; two <- data[data$wave == 2, ]
  counts <- c(sum(one$answer), sum(two$answer)); bases <- c(nrow(one), nrow(two))
  interval <- newcombe(counts[1], bases[1], counts[2], bases[2])
  note(paste0(survey, ".change"), crude = counts[2] / bases[2] - counts[1] / bases[1], crude_low = interval[["low"]],
       crude_high = interval[["high"]], crude_p = prop.test(counts, bases, correct = FALSE)$p.value,
       standardised(one, two), kitagawa(one, two))
}

# --- Many comparisons

families <- read.csv("p_values.csv")
for (family in unique(families$family)) {
  p <- families$p[families$family == family]
  note(paste0("adjusted.", family), setNames(p.adjust(p, "holm"), paste0("holm_", seq_along(p))),
       setNames(p.adjust(p, "BH"), paste0("bh_", seq_along(p))))
}

write_table(do.call(rbind, rows), "expected.csv")
cat(sprintf('{"R": "%s.%s", "survey": "%s"}\n', R.version$major, R.version$minor, packageVersion("survey")),
    file = "versions.json")
