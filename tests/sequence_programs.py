"""Programs that fill arrays step by step."""

import numpy as np


def dtw(x, zeros):
    a, b = x[:4], x[4:]
    D = zeros((5, 5))
    D[0, 1:] = np.inf
    D[1:, 0] = np.inf
    for i in range(1, 5):
        for j in range(1, 5):
            D[i, j] = (a[i - 1] - b[j - 1]) ** 2 + min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1])
    return D[-1, -1]


def viterbi(x, zeros):
    T = x[:9].reshape(3, 3)
    E = x[9:].reshape(3, 4)
    d = zeros((4, 3))
    d[0] = E[:, 0]
    back = np.zeros((4, 3), int)
    for t in range(1, 4):
        s = d[t - 1][:, None] + T
        back[t] = np.argmax(s, axis=0)
        d[t] = np.max(s, axis=0) + E[:, t]
    return np.max(d[-1])


def soft_edit_distance(x, zeros):
    n = 4
    D = zeros((n + 1, n + 1))
    D[:, 0] = np.arange(n + 1.0)
    D[0, :] = np.arange(n + 1.0)
    for i in range(n):
        for j in range(n):
            c = np.stack([D[i, j] + x[i * n + j], D[i, j + 1] + 1, D[i + 1, j] + 1])
            D[i + 1, j + 1] = -np.log(np.sum(np.exp(-c)))
    return D[n, n]


def hidden_markov(x, zeros):
    A = np.exp(x[:4].reshape(2, 2))
    A /= A.sum(axis=1, keepdims=True)
    al = zeros((5, 2))
    al[0] = 0.5
    for t in range(1, 5):
        al[t] = (al[t - 1] @ A) * np.exp(x[4:6] * t * 0.1)
        al[t] /= al[t].sum()
    return np.sum(np.log(al))


def heat(x, zeros):
    u = x.copy()
    for _ in range(5):
        new = u.copy()
        new[1:-1] = u[1:-1] + 0.2 * (u[2:] - 2 * u[1:-1] + u[:-2])
        new[0] = new[1]
        new[-1] = 0
        u = new
    return np.sum(u**2)


def wave(x, zeros):
    u = x.reshape(5, 5).copy()
    v = zeros((5, 5))
    for _ in range(4):
        v[1:-1, 1:-1] += 0.1 * (
            u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4 * u[1:-1, 1:-1]
        )
        u += 0.5 * v
    return np.sum(u**3)


def burgers(x, zeros):
    u = x.copy()
    for _ in range(4):
        u[1:] -= 0.1 * u[1:] * (u[1:] - u[:-1])
        u[0] = u[-1]
    return np.sum(u**2)


def swapped_buffers(x, zeros):
    a, b = x.copy(), zeros(x.size)
    for _ in range(5):
        b[1:-1] = np.sin(a[:-2] + a[2:])
        b[0] = a[0]
        b[-1] = a[-1]
        a, b = b, a
    return np.sum(a**2)


def iir_filter(x, zeros):
    sig = x[:6]
    a, b = x[6:8] * 0.3, x[8:]
    y = zeros(6)
    for n in range(6):
        y[n] = b[0] * sig[n]
        if n > 0:
            y[n] += b[1] * sig[n - 1] - a[0] * y[n - 1]
        if n > 1:
            y[n] -= a[1] * y[n - 2]
    return np.sum(y**2)


def filter_state(x, zeros):
    st = zeros(2)
    out = zeros(5)
    for n in range(5):
        w = x[n] - 0.3 * st[0] - x[5] * 0.1 * st[1]
        out[n] = w + x[6] * st[0]
        st[1] = st[0]
        st[0] = w
    return np.sum(out**2)


def runge_kutta_stages(x, zeros):
    traj = zeros((6, 2))
    traj[0] = x[:2]
    h = 0.1
    K = zeros((4, 2))
    f = lambda y: np.stack([y[1], x[2] * (1 - y[0] ** 2) * y[1] - y[0]])
    for k in range(5):
        y = traj[k]
        K[0] = f(y)
        for i, c in ((1, 0.5), (2, 0.5), (3, 1.0)):
            K[i] = f(y + h * c * K[i - 1])
        traj[k + 1] = y + h / 6 * (K[0] + 2 * K[1] + 2 * K[2] + K[3])
    return np.sum(traj**2)


def butcher_tableau(x, zeros):
    A = np.array([[0, 0], [0.5, 0]])
    k = zeros((2, 2))
    y = x.copy()
    for _ in range(4):
        for i in range(2):
            k[i] = np.sin(y + 0.1 * (A[i, :i] @ k[:i]) if i else y)
        y += 0.1 * k.mean(axis=0)
    return np.sum(y**2)


def kalman_filter(x, zeros):
    n = 4
    xs = zeros((n, 2))
    P = zeros((n, 2, 2))
    xs[0] = x[:2]
    P[0] = np.eye(2) * np.exp(x[2])
    F = np.array([[1, 0.1], [0, 1]])
    for k in range(1, n):
        xs[k] = F @ xs[k - 1]
        P[k] = F @ P[k - 1] @ F.T
        P[k] += np.eye(2) * np.exp(x[3])
        S = P[k, 0, 0] + 0.5
        K = P[k][:, 0] / S
        xs[k] += K * (k - xs[k, 0])
        P[k] -= np.outer(K, P[k, 0])
    return np.sum(xs**2) + np.sum(P)


def robot_arm(q, zeros):
    T = np.eye(4)
    for th in q:
        A = zeros((4, 4))
        A[3, 3] = 1
        A[2, 2] = 1
        A[0, 0] = np.cos(th)
        A[0, 1] = -np.sin(th)
        A[1, 0] = np.sin(th)
        A[1, 1] = np.cos(th)
        A[0, 3] = A[0, 0]
        A[1, 3] = A[1, 0]
        T = T @ A
    return np.sum(T[:2, 3] ** 2)


def cumprod(x, zeros):
    y = zeros(x.size)
    y[0] = x[0]
    for i in range(1, x.size):
        y[i] = y[i - 1]
        y[i] *= x[i]
    return np.sum(y)


def sorting_network(x, zeros):
    y = x.copy()
    for i, j in ((0, 1), (2, 3), (0, 2), (1, 3), (1, 2)):
        lo, hi = np.minimum(y[i], y[j]), np.maximum(y[i], y[j])
        y[i] = lo
        y[j] = hi
    return np.sum(y * np.arange(1, 5) ** 2)


def bubble_sort(x, zeros):
    y = x * 1.0
    for i in range(len(y)):
        for j in range(len(y) - 1 - i):
            if y[j] > y[j + 1]:
                y[j], y[j + 1] = y[j + 1], y[j]
    return np.sum(y * np.arange(y.size) ** 2)


def insertion_sort(x, zeros):
    y = x * 1.0
    for i in range(1, len(y)):
        v = y[i]
        j = i - 1
        while j >= 0 and y[j] > v:
            y[j + 1] = y[j]
            j -= 1
        y[j + 1] = v
    return np.sum(y * np.arange(y.size) ** 2)


def ring_buffer(x, zeros):
    buf = zeros(3)
    out = 0.0
    for i in range(x.size):
        buf[i % 3] = x[i] ** 2
        out = out + buf.mean() * np.sin(buf[(i + 1) % 3])
    return out


def deinterleave(x, zeros):
    a = x.copy()
    a[::2], a[1::2] = a[1::2].copy(), a[::2].copy()
    return np.sum(a * np.arange(a.size) ** 2)


def deinterleave_without_copies(x, zeros):
    a = x.copy()
    a[::2], a[1::2] = a[1::2], a[::2]
    return np.sum(a**2 * np.arange(a.size) ** 2)


def leaky_relu_by_masks(x, zeros):
    y = x.copy()
    y[y < 0] *= 0.1
    y[y > 1] = 1
    y[np.isnan(y)] = 0
    return np.sum(y**2)


def chain_storage(x, zeros):
    chain = zeros((6, 2))
    chain[0] = x
    for k in range(5):
        chain[k + 1] = chain[k] + 0.1 * np.sin(chain[k][::-1])
    return chain[2:].var(axis=0).sum()


def adam_unrolled(x, zeros):
    p = x.copy()
    m = zeros(p.shape)
    v = zeros(p.shape)
    for t in range(1, 4):
        g = 2 * p * np.cos(p**2)
        m *= 0.9
        m += 0.1 * g
        v *= 0.99
        v += 0.01 * g * g
        p -= 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.99**t)) + 1e-8)
    return np.sum(p**2)


def lstm_buffer(x, zeros):
    W = x[:12].reshape(4, 3)
    gates = zeros(4)
    h = 0.1 * x[0]
    c = 0.2
    for _ in range(3):
        gates[:] = W @ np.stack([x[12], h, 1.0 + 0 * x[0]])
        gates[:3] = 1 / (1 + np.exp(-gates[:3]))
        gates[3] = np.tanh(gates[3])
        i, f, o, g = gates
        c = f * c + i * g
        h = o * np.tanh(c)
    return h**2


def containers(x, zeros):
    layers = [zeros((2, 2)) for _ in range(3)]
    for k, W in enumerate(layers):
        W[:] = x.reshape(2, 2) * (k + 1)
    d = {"a": zeros(2)}
    d["a"] += x[:2]
    d["a"][0] *= x[3]
    out = layers[0]
    for W in layers[1:]:
        out = np.tanh(out @ W)
    return np.sum(out) + np.sum(d["a"] ** 2)


class State:
    """A state and a view of its end."""

    def __init__(self, zeros):
        self.x = zeros(3)
        self.y = self.x[1:]

    def step(self, u):
        """Write to both."""
        self.y[0] += u
        self.x *= u


def state_of_objects(x, zeros):
    m = State(zeros)
    for u in x:
        m.step(u)
    return np.sum(m.x**2) + m.y[0]


# With the number of their arguments.
SEQUENCE_PROGRAMS = {
    dtw: 8,
    viterbi: 21,
    soft_edit_distance: 16,
    hidden_markov: 6,
    heat: 8,
    wave: 25,
    burgers: 7,
    swapped_buffers: 6,
    iir_filter: 10,
    filter_state: 7,
    runge_kutta_stages: 3,
    butcher_tableau: 2,
    kalman_filter: 4,
    robot_arm: 3,
    cumprod: 5,
    sorting_network: 4,
    bubble_sort: 5,
    insertion_sort: 5,
    ring_buffer: 8,
    deinterleave: 6,
    deinterleave_without_copies: 6,
    leaky_relu_by_masks: 8,
    chain_storage: 2,
    adam_unrolled: 3,
    lstm_buffer: 13,
    containers: 4,
    state_of_objects: 3,
}
