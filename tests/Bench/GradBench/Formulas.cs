namespace Autograd.Tests.Bench.GradBench;

/// <summary>The evaluations' functions once more, number by number and without the library.</summary>
static class Formulas
{
    public static double LogSumExp(IEnumerable<double> x) => Math.Log(x.Sum(Math.Exp));

    public static double LeastSquares(double[] x, int n) => 0.5 * Enumerable.Range(0, n).Select(i => -1 + 2.0 * i / (n - 1))
        .Sum(t => Math.Pow(Math.Sign(t) - x.Select((c, j) => c * Math.Pow(t, j)).Sum(), 2));

    public static double[] Ode(double[] x, int steps)
    {
        double h = 2.0 / steps;
        var y = new double[x.Length];
        double[] Slope(double[] at) => [.. x.Select((c, i) => i == 0 ? c : c * at[i - 1])];
        double[] Plus(double[] at, double scale, double[] slope) => [.. at.Select((value, i) => value + scale * slope[i])];
        for (int step = 0; step < steps; step++)
        {
            var k1 = Slope(y);
            var k2 = Slope(Plus(y, h / 2, k1));
            var k3 = Slope(Plus(y, h / 2, k2));
            var k4 = Slope(Plus(y, h, k3));
            y = [.. y.Select((value, i) => value + h * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]) / 6)];
        }
        return y;
    }

    /// <summary>By elimination, which is not how the tool does it.</summary>
    public static double Determinant(double[] a, int size)
    {
        double[][] rows = [.. a.Chunk(size).Select(row => row.ToArray())];
        double value = 1;
        for (int k = 0; k < size; k++)
        {
            int pivot = Enumerable.Range(k, size - k).MaxBy(i => Math.Abs(rows[i][k]));
            if (pivot != k) (rows[k], rows[pivot], value) = (rows[pivot], rows[k], -value);
            value *= rows[k][k];
            for (int i = k + 1; i < size; i++)
            {
                double factor = rows[i][k] / rows[k][k];
                for (int j = k; j < size; j++) rows[i][j] -= factor * rows[k][j];
            }
        }
        return value;
    }

    public static double KMeans(double[][] points, double[] centroids)
    {
        double[][] rows = [.. centroids.Chunk(points[0].Length)];
        return points.Sum(point => rows.Min(row => row.Zip(point, (c, p) => (c - p) * (c - p)).Sum()));
    }

    /// <summary>The log posterior by the densities themselves, the precisions as matrices.</summary>
    public static double Mixture(double[][] x, double[] alpha, double[][] mu, double[][] q, double[][] l, int m, double gamma)
    {
        int d = x[0].Length, degrees = d + m + 1;
        double[][,] factors = [.. q.Zip(l, (diagonal, below) => Factor(diagonal, below))];
        double value = 0;
        foreach (var point in x)
            value += Math.Log(alpha.Select((a, k) => Math.Exp(a) / alpha.Sum(Math.Exp) * Gaussian(point, mu[k], factors[k])).Sum());
        double logGamma = d * (d - 1) / 4.0 * Math.Log(Math.PI);
        for (int j = 1; j <= d; j++) logGamma += MathNet.Numerics.SpecialFunctions.GammaLn((degrees + 1 - j) / 2.0);
        foreach (var factor in factors)
        {
            double trace = gamma * gamma * factor.Cast<double>().Sum(element => element * element);
            value += m * Math.Log(Diagonal(factor)) - trace / 2 + degrees * d * Math.Log(gamma / Math.Sqrt(2)) - logGamma;
        }
        return value;
    }

    public static double Lstm(double[][] main, double[][] extra, double[][] state, double[][] sequence)
    {
        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        int bits = sequence[0].Length;
        double[][] now = [.. state.Select(row => row.ToArray())];
        double total = 0;
        for (int t = 0; t + 1 < sequence.Length; t++)
        {
            double[] at = [.. sequence[t].Select((x, i) => x * extra[0][i])];
            for (int layer = 0; layer < main.Length; layer += 2)
            {
                var (w, b, h, c) = (main[layer], main[layer + 1], now[layer], now[layer + 1]);
                for (int i = 0; i < bits; i++)
                {
                    double Of(double x, int gate) => x * w[gate * bits + i] + b[gate * bits + i];
                    c[i] = c[i] * Sigmoid(Of(at[i], 0)) + Sigmoid(Of(h[i], 1)) * Math.Tanh(Of(h[i], 3));
                    at[i] = h[i] = Sigmoid(Of(at[i], 2)) * Math.Tanh(c[i]);
                }
            }
            double[] predicted = [.. at.Select((x, i) => x * extra[1][i] + extra[2][i])];
            double normalizer = Math.Log(predicted.Sum(Math.Exp) + 2);
            total += predicted.Select((y, i) => sequence[t + 1][i] * (y - normalizer)).Sum();
        }
        return -total / (bits * (sequence.Length - 1));
    }

    /// <summary>The two errors of one observation, and that of its weight, from its 15 variables.</summary>
    public static double[] Observation(double[] v, double[] feature)
    {
        double[] x = [v[11] - v[3], v[12] - v[4], v[13] - v[5]];
        double angle = Math.Sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
        var turned = angle == 0 ? x : Turned(x, [v[0] / angle, v[1] / angle, v[2] / angle], angle);
        double a = turned[0] / turned[2], b = turned[1] / turned[2], r = a * a + b * b, stretch = 1 + v[9] * r + v[10] * r * r;
        return
        [
            v[14] * (a * stretch * v[6] + v[7] - feature[0]), v[14] * (b * stretch * v[6] + v[8] - feature[1]), 1 - v[14] * v[14],
        ];
    }

    /// <summary>Where a particle that starts at (0, 8) crosses the axis, squared.</summary>
    public static double Particle(double w)
    {
        double x = 0, y = 8, vx = 0.75, vy = 0;
        while (true)
        {
            double first = Math.Pow((x - 10) * (x - 10) + (y - 10 + w) * (y - 10 + w), -1.5);
            double second = Math.Pow((x - 10) * (x - 10) + y * y, -1.5);
            double ax = (x - 10) * (first + second), ay = (y - 10 + w) * first + y * second;
            (x, y) = (x + 0.1 * vx, y + 0.1 * vy);
            if (y <= 0) return Math.Pow(x - y / vy * vx, 2);
            (vx, vy) = (vx + 0.1 * ax, vy + 0.1 * ay);
        }
    }

    /// <summary>
    /// Where descent ends for Σx², whose slope is 2x: the rate begins at 1e-5, doubles after ten successes, and is halved by a failure; a
    /// slope or a step of 1e-5 is short enough.
    /// </summary>
    public static double[] DescentOfSquare(double[] start)
    {
        static double Length(IEnumerable<double> x) => Math.Sqrt(x.Sum(value => value * value));
        double[] x = [.. start];
        double rate = 1e-5;
        for (int successes = 0; 2 * Length(x) > 1e-5;)
        {
            if (successes == 10) (rate, successes) = (2 * rate, 0);
            double[] next = [.. x.Select(value => value - rate * 2 * value)];
            if (Length(next.Zip(x, (a, b) => a - b)) <= 1e-5) break;
            if (Length(next) < Length(x)) (x, successes) = (next, successes + 1);
            else (rate, successes) = (rate / 2, 0);
        }
        return x;
    }

    /// <summary>Points on a hand's skin, and what is missing to the measured ones.</summary>
    public static double[] Hand(HandModel hand, double[] theta, double[] u)
    {
        var bones = new double[hand.Parents.Length][,];
        for (int i = 0; i < bones.Length; i++)
        {
            var own = Product(hand.Relatives[i], Euler(Angles(theta, i)));
            bones[i] = hand.Parents[i] < 0 ? own : Product(bones[hand.Parents[i]], own);
        }
        var vertices = hand.Positions.Select((position, v) =>
        {
            var sum = new double[3];
            for (int bone = 0; bone < bones.Length; bone++)
            {
                var moved = Applied(Product(bones[bone], hand.Inverses[bone]), position);
                for (int i = 0; i < 3; i++) sum[i] += hand.Weights[v][bone] * moved[i];
            }
            if (hand.IsMirrored) sum[0] = -sum[0];
            double angle = Math.Sqrt(theta[..3].Sum(t => t * t));
            var turned = Turned(sum, [.. theta[..3].Select(t => t / angle)], angle);
            return (double[])[.. turned.Select((x, i) => x + theta[3 + i])];
        }).ToArray();
        return [.. hand.Correspondences.SelectMany((at, n) => Enumerable.Range(0, 3).Select(i => hand.Points[n][i] - Place(at, n, i)))];

        double Place(int at, int n, int i)
        {
            if (u.Length == 0) return vertices[at][i];
            var (first, second, corners) = (u[2 * n], u[2 * n + 1], hand.Triangles[at]);
            return first * vertices[corners[0]][i] + second * vertices[corners[1]][i] + (1 - first - second) * vertices[corners[2]][i];
        }
    }

    // Finger f has the bones 2 + 4f …: two angles of the first, one of the second and the third, none of the others.
    static double[] Angles(double[] theta, int bone)
    {
        int finger = (bone - 2) / 4, joint = (bone - 2) % 4, first = 6 + 4 * finger;
        if (bone < 2 || finger > 4 || joint == 3) return [0, 0, 0];
        return joint == 0 ? [theta[first], theta[first + 1], 0] : [theta[first + 1 + joint], 0, 0];
    }

    static double[,] Euler(double[] angles)
    {
        var (x, z, y) = (angles[0], angles[1], angles[2]);
        double[,] aboutX = { { 1, 0, 0, 0 }, { 0, Math.Cos(x), -Math.Sin(x), 0 }, { 0, Math.Sin(x), Math.Cos(x), 0 }, { 0, 0, 0, 1 } };
        double[,] aboutY = { { Math.Cos(y), 0, Math.Sin(y), 0 }, { 0, 1, 0, 0 }, { -Math.Sin(y), 0, Math.Cos(y), 0 }, { 0, 0, 0, 1 } };
        double[,] aboutZ = { { Math.Cos(z), -Math.Sin(z), 0, 0 }, { Math.Sin(z), Math.Cos(z), 0, 0 }, { 0, 0, 1, 0 }, { 0, 0, 0, 1 } };
        return Product(Product(aboutZ, aboutY), aboutX);
    }

    static double[] Turned(double[] x, double[] axis, double angle)
    {
        double dot = axis.Zip(x, (a, b) => a * b).Sum(), cos = Math.Cos(angle), sin = Math.Sin(angle);
        double[] cross = [axis[1] * x[2] - axis[2] * x[1], axis[2] * x[0] - axis[0] * x[2], axis[0] * x[1] - axis[1] * x[0]];
        return [.. x.Select((value, i) => value * cos + cross[i] * sin + axis[i] * dot * (1 - cos))];
    }

    static double[] Applied(double[,] a, double[] x) =>
        [.. Enumerable.Range(0, a.GetLength(0)).Select(i => x.Select((value, j) => a[i, j] * value).Sum())];

    static double[,] Product(double[,] a, double[,] b)
    {
        var c = new double[4, 4];
        for (int i = 0; i < 16; i++)
            for (int k = 0; k < 4; k++) c[i / 4, i % 4] += a[i / 4, k] * b[k, i % 4];
        return c;
    }

    static double[,] Factor(double[] diagonal, double[] below)
    {
        var q = new double[diagonal.Length, diagonal.Length];
        for (int column = 0, next = 0; column < diagonal.Length; column++)
        {
            q[column, column] = Math.Exp(diagonal[column]);
            for (int row = column + 1; row < diagonal.Length; row++) q[row, column] = below[next++];
        }
        return q;
    }

    static double Diagonal(double[,] q) => Enumerable.Range(0, q.GetLength(0)).Aggregate(1.0, (product, i) => product * q[i, i]);

    static double Gaussian(double[] x, double[] mean, double[,] q)
    {
        var whitened = Applied(q, [.. x.Zip(mean, (a, b) => a - b)]);
        return Math.Exp(-0.5 * whitened.Sum(w => w * w)) * Diagonal(q) / Math.Pow(2 * Math.PI, x.Length / 2.0);
    }
}

/// <summary>A small hand: bones, skin, and measured points.</summary>
sealed record HandModel(
    int[] Parents, double[][,] Relatives, double[][,] Inverses, double[][] Positions, double[][] Weights, int[][] Triangles,
    bool IsMirrored, int[] Correspondences, double[][] Points);
