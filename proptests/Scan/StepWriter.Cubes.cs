using static Autograd.Functions;

namespace Autograd.PropertyTests;

// Values with more axes behind the batch: heads, images, matrix memories. Each begins and ends as rows, so that everything else can go on
// with it.
sealed partial class StepWriter
{
    void Cube()
    {
        int a = Rows(), width = lines[a].Shape[1];
        int[] divisors = [.. Enumerable.Range(1, width).Where(length => width % length == 0)];
        int m = draw.OneOf(divisors.AsSpan()), n = width / m;
        double bound = lines[a].Bound;
        switch (draw.Whole(0, 14))
        {
            case 0:
                Write("by means of columns", (v, _) => Flat(Cubed(v[0], m, n) * Tanh(MeanKeepingAxes(Cubed(v[0], m, n), 2))), bound, a);
                break;
            case 1:
                Write("by means of groups", (v, _) => Flat(Cubed(v[0], m, n) - MeanKeepingAxes(Cubed(v[0], m, n), 1)), 2 * bound, a);
                break;
            case 2 when width * width <= LargestValue:
                Write("outer product", (v, _) => Mean(MatMul(Tanh(v[0]).Reshape(-1, width, 1), v[0].Reshape(-1, 1, width)), 2), bound, a);
                break;
            case 3:
                Write("matrix times vector", (v, _) => Flat(Cubed(v[0], m, n) + TimesFirstRow(v[0], m, n)), bound * (1 + bound), a);
                break;
            case 4:
                Write("softmax of groups", (v, _) => Flat(Softmax(Cubed(v[0], m, n)) * Cubed(v[0], m, n)), bound, a);
                break;
            case 5:
                Write("axes swapped", (v, _) => Flat(Permute(Cubed(v[0], m, n), 0, 2, 1)), bound, a);
                break;
            case 6:
                Write("cumulative", (v, _) => Flat(CumulativeSum(Cubed(v[0], m, n), 2) * (1.0 / n)), bound, a);
                break;
            case 7:
                Write("by leaves of groups", (v, _) => Flat(Cubed(v[0], m, n) * v[1] + v[2]), bound + 1, a, Parameter([m, 1], 1),
                    Parameter([n], 1));
                break;
            case 8:
                Write("flipped", (v, _) => Flat(Flip(Cubed(v[0], m, n), 2)), bound, a);
                break;
            case 9:
                Write("product of groups", (v, _) => Flat(MatMul(Cubed(v[0], m, n), v[1])), 1.5 * bound, a, Weight(n, n));
                break;
            case 10:
                Write("four axes", (v, _) => Flat(Four(v[0], m, n) * Tanh(MeanKeepingAxes(Four(v[0], m, n), 3))), bound, a);
                break;
            case 11:
                var window = new WindowAxis(draw.Whole(1, 3), 1, draw.Whole(1, 2), draw.Whole(2, 4), draw.Whole(2, 4));
                Write("convolution of groups", (v, _) => Mean(Convolve(Cubed(v[0], m, n), v[1].Reshape(window.Width, n, n), window), 1),
                    2 * bound, a, Weight(window.Width * n, n));
                break;
            case 12:
                Write(
                    "convolution of an image", (v, _) =>
                    Mean(Convolve(Image(v[0], m, n), v[1].Reshape(2, 2, 1, 3), new(2, 2, 1, 1, 1), new(2, 1, 1, 1)), 1, 2), 2 * bound,
                    a, Weight(4, 3));
                break;
            case 13:
                string notation = draw.OneOf("bij,ij->bi", "bij,kj->bk", "bij,bij->b", "bij,bkj->bi", "bij->bj");
                Write(notation, (v, _) => Tanh(notation switch
                {
                    "bij,ij->bi" or "bij,kj->bk" => Einsum(notation, Cubed(v[0], m, n), v[1]),
                    "bij->bj" => Einsum(notation, Cubed(v[0], m, n)),
                    "bij,bij->b" => Einsum(notation, Cubed(v[0], m, n), Cubed(v[0], m, n)).Reshape(-1, 1),
                    _ => Einsum(notation, Cubed(v[0], m, n), Cubed(v[0], m, n)),
                }), 1, a, Weight(m, n));
                break;
            default:
                Write("products of matrices", (v, _) => Flat(MatMul(Cubed(v[0], m, n), Cubed(v[0], m, n), transposeRight: true)) is var gram
                    ? Tanh(Mean(gram, 1).Reshape(-1, 1)) * v[0] : gram, bound, a);
                break;
        }
    }

    static Tensor Cubed(Tensor x, int m, int n) => x.Reshape(-1, m, n);

    static Tensor Image(Tensor x, int m, int n) => x.Reshape(-1, m, n, 1);

    static Tensor Four(Tensor x, int m, int n) => x.Reshape(-1, 1, m, n);

    static Tensor Flat(Tensor x) => x.Reshape(x.Shape[0], -1);

    // With the first row of the matrix as the vector, divided by its length.
    static Tensor TimesFirstRow(Tensor x, int m, int n)
    {
        var matrix = Cubed(x, m, n);
        return MatMul(matrix, Slice(matrix, 1, 0, 1).Reshape(-1, n, 1)) * (1.0 / n);
    }
}
