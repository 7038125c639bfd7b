"""Right answers in many styles: a check judges what a function does, not how it is written.

Loops, comprehensions, scipy, `math`, another order of operations, a copy changed in place: all are
right wherever the task promises something, and a check that turns one away is wrong.
"""

MORE_STYLES = {
    "my_total": [
        """
def my_total(numbers):
    return math.fsum(numbers)
""",
        """
def my_total(numbers):
    return numbers @ np.ones(len(numbers))
""",
        """
def my_total(numbers):
    return np.cumsum(numbers)[-1]
""",
    ],
    "my_is_distribution": [
        """
def my_is_distribution(values):
    return not any(v < 0 for v in values) and abs(math.fsum(values) - 1) <= 0.000001
""",
        """
def my_is_distribution(values):
    if (values < 0).any():
        return False
    return 0.999999 <= values.sum() <= 1.000001
""",
        """
def my_is_distribution(values):
    total = 0
    for v in list(values):
        if not 0 <= v <= 1:
            return False
        total = total + v
    return -1e-6 < total - 1 < 1e-6
""",
    ],
    "my_shares": [
        """
def my_shares(counts):
    total = 0
    for c in counts:
        total += c
    shares = np.zeros(len(counts))
    for i in range(len(counts)):
        shares[i] = counts[i] / total
    return shares
""",
        """
def my_shares(counts):
    shares = counts.astype(float)
    shares /= shares.sum()
    return shares
""",
    ],
    "my_draw": [
        """
def my_draw(probabilities, u):
    index = 0
    while u >= probabilities[index] and index < len(probabilities) - 1:
        u = u - probabilities[index]
        index = index + 1
    return index
""",
        """
def my_draw(probabilities, u):
    return np.sum(np.cumsum(probabilities) <= u)
""",
        """
def my_draw(probabilities, u):
    for i in range(len(probabilities)):
        if sum(probabilities[:i]) <= u < sum(probabilities[: i + 1]):
            return i
""",
        """
def my_draw(probabilities, u):
    return np.argmax(np.cumsum(probabilities) > u)
""",
        """
def my_draw(probabilities, u):
    return np.flatnonzero(np.cumsum(probabilities) > u)[0]
""",
    ],
    "my_exponentiate": [
        """
def my_exponentiate(logits):
    return math.e ** np.array(logits)
""",
        """
def my_exponentiate(logits):
    return np.power(np.e, logits)
""",
        """
def my_exponentiate(logits):
    result = logits.copy()
    for i, z in enumerate(logits):
        result[i] = math.exp(z)
    return result
""",
        """
def my_exponentiate(logits):
    return 1 / np.exp(-logits)
""",
        """
def my_exponentiate(logits):
    return np.exp2(logits / np.log(2))
""",
    ],
    "my_ratio": [
        """
def my_ratio(a, b):
    return math.exp(a - b)
""",
        """
def my_ratio(a, b):
    return 1 / np.exp(b - a)
""",
        """
def my_ratio(a, b):
    largest = max(a, b)
    return math.exp(a - largest) / math.exp(b - largest)
""",
        """
def my_ratio(a, b):
    return math.pow(math.e, a - b)
""",
    ],
    "my_temperature_of_base": [
        """
def my_temperature_of_base(b):
    return np.log(b) ** -1
""",
        """
def my_temperature_of_base(b):
    return np.log10(np.e) / np.log10(b)
""",
    ],
    "my_normalize": [
        """
def my_normalize(weights):
    copy = np.array(weights)
    copy /= copy.sum()
    return copy
""",
        """
def my_normalize(weights):
    w = weights / np.max(weights)
    return w / sum(w)
""",
        """
def my_normalize(weights):
    total = math.fsum(weights)
    return np.array(list(map(lambda w: w / total, weights)))
""",
    ],
    "my_softmax": [
        """
def my_softmax(logits):
    return np.array([1 / sum(math.exp(b - a) for b in logits) for a in logits])
""",
        """
def my_softmax(logits):
    w = math.e ** (logits - np.mean(logits))
    return w / np.sum(w)
""",
        """
def my_softmax(logits):
    from scipy.special import softmax

    return softmax(logits)
""",
        """
def my_softmax(logits):
    from scipy.special import log_softmax

    return np.exp(log_softmax(logits))
""",
        """
def my_softmax(logits):
    w = np.exp(logits)
    w /= w.sum()
    return w
""",
    ],
    "my_softmax_rows": [
        """
def my_softmax_rows(scores):
    result = np.zeros(scores.shape)
    for i in range(len(scores)):
        for j in range(len(scores[i])):
            result[i, j] = math.exp(scores[i, j]) / np.sum(np.exp(scores[i]))
    return result
""",
        """
def my_softmax_rows(scores):
    z = scores - scores.max(axis=1, keepdims=True)
    return np.exp(z) / np.exp(z).sum(axis=1).reshape(-1, 1)
""",
        """
def my_softmax_rows(scores):
    return np.apply_along_axis(lambda z: np.exp(z) / np.exp(z).sum(), 1, scores)
""",
    ],
    "my_logits": [
        """
def my_logits(W, x):
    return np.einsum("ij,j->i", W, x)
""",
        """
def my_logits(W, x):
    return x @ W.T
""",
        """
def my_logits(W, x):
    result = np.zeros(len(W))
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            result[i] += W[i, j] * x[j]
    return result
""",
    ],
    "my_log_odds": [
        """
def my_log_odds(logits, i, j):
    leads = logits.max() - logits
    return -(leads[i] - leads[j])
""",
        """
def my_log_odds(logits, i, j):
    z = logits - logits.max()
    logs = z - np.log(np.sum(np.exp(z)))
    return logs[i] - logs[j]
""",
    ],
    "my_recover": [
        """
def my_recover(probabilities):
    logs = np.array([math.log(p) for p in probabilities])
    return logs - sum(logs) / len(logs)
""",
        """
def my_recover(probabilities):
    n = len(probabilities)
    return np.log(probabilities) - np.log(probabilities).sum() / n
""",
    ],
    "my_softmax_with_temperature": [
        """
def my_softmax_with_temperature(logits, temperature):
    w = np.array([math.exp(z / temperature) for z in logits])
    return w / w.sum()
""",
        """
def my_softmax_with_temperature(logits, temperature):
    beta = 1 / temperature
    w = np.e ** (beta * logits)
    return w / np.sum(w)
""",
        """
def my_softmax_with_temperature(logits, temperature):
    w = np.exp(logits) ** (1 / temperature)
    return w / w.sum()
""",
        """
def my_softmax_with_temperature(logits, temperature):
    from scipy.special import softmax

    return softmax(logits / temperature)
""",
        """
def my_softmax_with_temperature(logits, temperature):
    z = np.array(logits)
    z /= temperature
    return np.exp(z - np.log(np.exp(z).sum()))
""",
    ],
    "my_cold_softmax": [
        """
def my_cold_softmax(logits):
    winners = np.flatnonzero(logits == logits.max())
    p = np.zeros_like(logits)
    p[winners] = 1 / len(winners)
    return p
""",
        """
def my_cold_softmax(logits):
    return np.where(logits < max(logits), 0.0, 1 / np.sum(logits == max(logits)))
""",
    ],
    "my_entropy": [
        """
def my_entropy(probabilities):
    from scipy.stats import entropy

    return entropy(probabilities, base=2)
""",
        """
def my_entropy(probabilities):
    return sum(p * np.log2(1 / p) for p in probabilities if p > 0)
""",
        """
def my_entropy(probabilities):
    safe = np.where(probabilities == 0, 1, probabilities)
    return -probabilities @ np.log2(safe)
""",
        """
def my_entropy(probabilities):
    logs = np.log2(probabilities, out=np.zeros(len(probabilities)), where=probabilities > 0)
    return -(probabilities * logs).sum()
""",
    ],
    "my_continue": [
        """
def my_continue(next_word, text, count):
    words = [text]
    for _ in range(count):
        words.append(next_word(" ".join(words)))
    return " ".join(words)
""",
        """
def my_continue(next_word, text, count):
    if count == 0:
        return text
    return my_continue(next_word, text + " " + next_word(text), count - 1)
""",
    ],
    "my_top_k": [
        """
def my_top_k(probabilities, k):
    kept = probabilities.copy()
    kept[np.argsort(probabilities)[: len(probabilities) - k]] = 0
    return kept / kept.sum()
""",
        """
def my_top_k(probabilities, k):
    largest = sorted(probabilities, reverse=True)[:k]
    return np.array([p / sum(largest) if p in largest else 0 for p in probabilities])
""",
        """
def my_top_k(probabilities, k):
    kept = probabilities * (probabilities >= np.partition(probabilities, -k)[-k])
    return kept / np.sum(kept)
""",
        """
def my_top_k(probabilities, k):
    z = np.full(len(probabilities), -np.inf)
    order = np.argsort(probabilities)[::-1][:k]
    z[order] = np.log(probabilities[order])
    w = np.exp(z - z.max())
    return w / w.sum()
""",
    ],
    "my_top_p": [
        """
def my_top_p(probabilities, p):
    order = np.argsort(probabilities)[::-1]
    count = np.searchsorted(np.cumsum(probabilities[order]), p) + 1
    kept = np.zeros_like(probabilities)
    kept[order[:count]] = probabilities[order[:count]]
    return kept / kept.sum()
""",
        """
def my_top_p(probabilities, p):
    left, taken, total = list(probabilities), [], 0
    while total < p:
        taken.append(left.index(max(left)))
        total += max(left)
        left[taken[-1]] = -1
    kept = np.zeros(len(probabilities))
    kept[taken] = probabilities[taken]
    return kept / kept.sum()
""",
        """
def my_top_p(probabilities, p):
    kept = probabilities.copy()
    for i, q in enumerate(probabilities):
        if sum(sorted(probabilities[probabilities > q])[::-1]) >= p:
            kept[i] = 0
    return kept / kept.sum()
""",
    ],
    "my_gumbel_draw": [
        """
def my_gumbel_draw(logits, u):
    return np.argmax(logits - np.log(np.log(1 / u)))
""",
        """
def my_gumbel_draw(logits, u):
    best, place = -math.inf, None
    for i in range(len(logits)):
        total = logits[i] - math.log(-math.log(u[i]))
        if total > best:
            best, place = total, i
    return place
""",
    ],
    "my_scores": [
        """
def my_scores(queries, keys):
    return np.dot(queries, keys.T) * queries.shape[-1] ** -0.5
""",
        """
def my_scores(queries, keys):
    return np.einsum("id,jd->ij", queries, keys) / math.sqrt(len(queries[0]))
""",
        """
def my_scores(queries, keys):
    return queries / np.sqrt(queries.shape[1]) @ np.transpose(keys)
""",
        """
def my_scores(queries, keys):
    return np.asarray(np.asmatrix(queries) * np.asmatrix(keys).T) / np.sqrt(queries.shape[1])
""",
    ],
    "my_causal_mask": [
        """
def my_causal_mask(scores):
    ahead = np.triu(np.ones(scores.shape, dtype=bool), k=1)
    masked = np.array(scores)
    masked[ahead] = -np.inf
    return masked
""",
        """
def my_causal_mask(scores):
    return np.array(
        [[z if j <= i else -math.inf for j, z in enumerate(r)] for i, r in enumerate(scores)]
    )
""",
        """
def my_causal_mask(scores):
    return scores + np.triu(np.full(scores.shape, -np.inf), k=1)
""",
        """
def my_causal_mask(scores):
    places = np.arange(len(scores))
    return np.where(places[:, None] >= places, scores, -np.inf)
""",
    ],
    "my_attention": [
        """
def my_attention(scores, values):
    w = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return (w @ values) / w.sum(axis=-1, keepdims=True)
""",
        """
def my_attention(scores, values):
    from scipy.special import softmax

    return np.einsum("ij,jk->ik", softmax(scores, axis=1), values)
""",
        """
def my_attention(scores, values):
    w = np.where(scores == -np.inf, 0, np.exp(scores))
    return np.array([np.average(values, axis=0, weights=row) for row in w])
""",
    ],
    "my_safe_softmax": [
        """
def my_safe_softmax(logits):
    from scipy.special import softmax

    return softmax(logits, axis=1)
""",
        """
def my_safe_softmax(logits):
    rows = []
    for row in logits:
        weights = [math.exp(z - max(row)) for z in row]
        rows.append([w / sum(weights) for w in weights])
    return np.array(rows)
""",
        """
def my_safe_softmax(logits):
    z = logits - np.max(logits, axis=1)[:, None]
    return np.exp(z - np.log(np.exp(z).sum(axis=1))[:, None])
""",
    ],
    "my_log_sum_exp": [
        """
def my_log_sum_exp(logits):
    return np.logaddexp.reduce(logits)
""",
        """
def my_log_sum_exp(logits):
    m = max(logits)
    return m + math.log(sum(math.exp(z - m) for z in logits))
""",
    ],
    "my_log_softmax": [
        """
def my_log_softmax(logits):
    gaps = logits - max(logits)
    return gaps - np.logaddexp.reduce(gaps)
""",
        """
def my_log_softmax(logits):
    gaps = logits - np.max(logits)
    rest = np.sum(np.exp(gaps)) - 1
    return gaps - np.log1p(rest)
""",
    ],
    "my_small_surprise": [
        """
def my_small_surprise(lead):
    return np.logaddexp(0, -lead)
""",
        """
def my_small_surprise(lead):
    x = math.exp(-lead)
    return x if x < 1e-8 else math.log(1 + x)
""",
        """
def my_small_surprise(lead):
    return -math.log1p(-1 / (1 + math.exp(lead)))
""",
    ],
    "my_merge": [
        """
def my_merge(one, other):
    if one[0] < other[0]:
        one, other = other, one
    return np.array([one[0], one[1] + other[1] * math.exp(other[0] - one[0])])
""",
        """
def my_merge(one, other):
    maxima, sums = np.array([one, other]).T
    return np.array([maxima.max(), np.sum(sums * np.exp(maxima - maxima.max()))])
""",
    ],
    "my_running_pairs": [
        """
def my_running_pairs(chunks):
    rows = []
    for n in range(1, len(chunks) + 1):
        seen = chunks[:n]
        rows.append((seen.max(), np.exp(seen - seen.max()).sum()))
    return np.array(rows)
""",
    ],
    "my_merged_average": [
        """
def my_merged_average(one, other):
    maxima, sums, averages = np.array([one, other]).T
    w = sums * np.exp(maxima - maxima.max())
    return np.array([maxima.max(), w.sum(), np.average(averages, weights=w)])
""",
    ],
    "my_whole_softmax": [
        """
def my_whole_softmax(logits, temperature):
    if temperature == 0:
        p = np.zeros(len(logits))
        p[logits == logits.max()] = 1 / np.sum(logits == logits.max())
        return p
    z = logits / temperature
    z = z - np.max(z)
    return np.exp(z) / np.exp(z).sum()
""",
        """
def my_whole_softmax(logits, temperature):
    from scipy.special import softmax

    if not temperature:
        return (logits == max(logits)) / np.count_nonzero(logits == max(logits))
    return softmax((logits - max(logits)) / temperature)
""",
        """
def my_whole_softmax(logits, temperature):
    gaps = logits - logits.max()
    if temperature > 0:
        gaps = gaps / temperature
    else:
        gaps = np.where(gaps < 0, -np.inf, 0)
    return np.exp(gaps - np.log(np.sum(np.exp(gaps))))
""",
    ],
    "my_trial": [
        """
def my_trial(candidate):
    from softmax_lib import softmax

    g = np.random.default_rng(0)
    for _ in range(20):
        z = g.normal(0, g.choice([1, 1000]), (3, 4))
        for T in [0, 0.1, 1, 3]:
            if np.abs(candidate(z, temperature=T) - softmax(z, temperature=T)).max() > 1e-9:
                return False
            if np.isnan(candidate(z, temperature=T)).any():
                return False
    return True
""",
        """
def my_trial(candidate):
    from softmax_lib import softmax

    z = np.array([[2.0, 1.0, -np.inf], [1000.0, -np.inf, 999.0]])
    return all(
        np.allclose(candidate(z, temperature=T), softmax(z, temperature=T))
        for T in (0, 0.1, 0.5, 1, 2, np.inf)
    )
""",
    ],
    "my_other_logits": [
        "my_other_logits = [2 + 0.5, 0 + 0.5, -1 + 0.5]",
        "my_other_logits = np.array([[2, 0, -1]])[0] - 100",
        "my_other_logits = [math.log(p) for p in np.exp([2, 0, -1]) / np.exp([2, 0, -1]).sum()]",
        "my_other_logits = np.array([2, 0, -1], dtype=np.float32) + 1",
        "my_other_logits = np.array([2, 0, -1], dtype=np.float32) + np.float32(0.1)",
    ],
    "my_cross_entropy": [
        """
def my_cross_entropy(logits, target):
    return np.log(np.sum(np.exp(logits))) - logits[target]
""",
        """
def my_cross_entropy(logits, target):
    gaps = logits - logits.max()
    return math.log(sum(math.exp(g) for g in gaps)) - float(gaps[target])
""",
        """
def my_cross_entropy(logits, target):
    y = np.eye(len(logits))[target]
    p = np.exp(logits - logits.max())
    return -(y * np.log(p / p.sum())).sum()
""",
    ],
    "my_gradient": [
        """
def my_gradient(logits, target):
    g = np.exp(logits - np.max(logits))
    g /= g.sum()
    g[target] -= 1
    return g
""",
        """
def my_gradient(logits, target):
    total = sum(np.exp(logits))
    return np.array([np.exp(z) / total - (i == target) for i, z in enumerate(logits)])
""",
    ],
    "my_jacobian": [
        """
def my_jacobian(probabilities):
    p = probabilities
    return p[:, None] * (np.eye(len(p)) - p)
""",
        """
def my_jacobian(probabilities):
    n = len(probabilities)
    table = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            table[i, j] = probabilities[i] * ((i == j) - probabilities[j])
    return table
""",
        """
def my_jacobian(probabilities):
    p = probabilities.reshape(-1, 1)
    return np.diagflat(p) - p @ p.T
""",
    ],
    "my_weight_gradient": [
        """
def my_weight_gradient(probabilities, images, labels):
    d = probabilities.copy()
    d[np.arange(len(labels)), labels] -= 1
    return np.einsum("nc,nk->ck", d, images) / len(labels)
""",
        """
def my_weight_gradient(probabilities, images, labels):
    g = np.zeros((probabilities.shape[1], images.shape[1]))
    for p, x, label in zip(probabilities, images, labels):
        for c in range(len(p)):
            g[c] += (p[c] - (c == label)) * x
    return g / len(images)
""",
        """
def my_weight_gradient(probabilities, images, labels):
    y = (np.arange(probabilities.shape[1]) == labels[:, None]).astype(float)
    return np.mean((probabilities - y)[:, :, None] * images[:, None, :], axis=0)
""",
    ],
}
