using static Autograd.Functions;

namespace Autograd.PropertyTests;

static partial class OperationCases
{
    static IEnumerable<OperationCase> Products =>
    [
        new("MatMul", "vector and matrix", draw => Multiplied(draw, [])),
        new("MatMul", "matrices", draw => Multiplied(draw, [Length(draw)])),
        new("MatMul", "rows of many axes and a matrix", draw => Multiplied(draw, [draw.Whole(0, 2), Length(draw), draw.Whole(1, 3)])),
        new("MatMul", "matrices, flags", Transposed),
        new("MatMul", "batches", Batched),
        new("MatVec", "", draw =>
        {
            int[] batch = draw.Shape(maximumRank: 2).Lengths.ToArray().Select(length => Math.Min(length, 2)).ToArray();
            int rows = Length(draw), columns = Length(draw);
            Shape left = draw.BroadcastingTo(Shape.Create(batch)), right = draw.BroadcastingTo(Shape.Create(batch));
            return new Trial(
                x => MatVec(x[0], x[1]), draw.Values([.. left.Lengths, rows, columns], Domain.Any),
                draw.Values([.. right.Lengths, columns], Domain.Any));
        }),
        new("SparseProduct", "", draw =>
        {
            int[] batch = draw.Shape(maximumRank: 2).Lengths.ToArray().Select(length => Math.Min(length, 2)).ToArray();
            int rows = draw.Whole(0, 4), columns = draw.Whole(0, 4);
            var dense = draw.Values([rows, columns], Domain.Any);
            var matrix = new SparseMatrix(dense * Greater(draw.Values([rows, columns], Domain.Between(-1, 1)), 0));
            return new Trial(x => SparseProduct(x[0], matrix), draw.Values([.. batch, rows], Domain.Any));
        }),
        new("LinearCrossEntropy", "", draw =>
        {
            int rows = draw.Whole(1, 4), inputs = draw.Whole(1, 3), classes = draw.Whole(1, 4);
            int[] labels = draw.Indices(rows, classes);
            return new Trial(
                x => LinearCrossEntropy(x[0], x[1], x[2], labels),
                draw.Values([rows, inputs], Domain.Any), draw.Values([inputs, classes], Domain.Any), draw.Values([classes], Domain.Any));
        }),
        new("Affine", "", draw =>
        {
            int[] rows = draw.Flag() ? [Length(draw)] : draw.Flag() ? [] : [draw.Whole(1, 2), Length(draw)];
            int inputs = Length(draw), outputs = Length(draw);
            return new Trial(
                x => Affine(x[0], x[1], x[2]),
                draw.Values([.. rows, inputs], Domain.Any), draw.Values([inputs, outputs], Domain.Any), draw.Values([outputs], Domain.Any));
        }),
        new("Convolution", "", Convolved),
        new("Einsum", "", draw =>
        {
            string notation = draw.OneOf("ij,jk->ik", "ij,jk->k", "ij,kj->ikj", "ij,jk->", "ij,kl->ljki");
            int i = Length(draw), j = Length(draw), k = Length(draw), l = Length(draw);
            int[] right = notation switch { "ij,kj->ikj" => [k, j], "ij,kl->ljki" => [k, l], _ => [j, k] };
            return new Trial(
                x => Einsum(notation, x[0], x[1]), draw.Values([i, j], Domain.Any), draw.Values(Shape.Create(right), Domain.Any));
        }),
        new("Einsum", "one operand", draw =>
        {
            string notation = draw.OneOf("ii->i", "iij->j", "iji->", "i...->...i", "...", "ii");
            int i = Length(draw), j = Length(draw);
            int[] shape = notation switch { "iij->j" => [i, i, j], "iji->" => [i, j, i], "i...->...i" or "..." => [i, j, 2], _ => [i, i] };
            return new Trial(x => Einsum(notation, x[0]), draw.Values(Shape.Create(shape), Domain.Any));
        }),
        new("Einsum", "batches", draw =>
        {
            string notation = draw.OneOf("...ij,...jk->...ik", "bij,bj->bi", "bi,bj->bij", "bi,bi->b", "hij,bhj->bhi");
            int b = draw.Whole(1, 3), i = Length(draw), j = Length(draw), k = Length(draw);
            (int[] left, int[] right) = notation switch
            {
                "...ij,...jk->...ik" => ((int[])[draw.OneOf(1, b), i, j], (int[])[b, j, k]),
                "bij,bj->bi" => ([b, i, j], [b, j]),
                "bi,bj->bij" => ([b, i], [b, j]),
                "bi,bi->b" => ([b, i], [b, i]),
                _ => ([k, i, j], [b, k, j]),
            };
            return new Trial(
                x => Einsum(notation, x[0], x[1]), draw.Values(Shape.Create(left), Domain.Any),
                draw.Values(Shape.Create(right), Domain.Any));
        }),
        new("Patches", "", draw =>
        {
            WindowAxis[] windows = [.. Enumerable.Range(0, draw.Whole(1, 2)).Select(_ => Window(draw))];
            return new Trial(
                x => Patches(x[0], windows), draw.Values([Length(draw), .. Axes(draw, windows), draw.Whole(1, 2)], Domain.Any));
        }),
        new("PatchSums", "", draw =>
        {
            WindowAxis[] windows = [.. Enumerable.Range(0, draw.Whole(1, 2)).Select(_ => Window(draw))];
            Shape shape = [draw.Whole(1, 2), .. Axes(draw, windows), draw.Whole(1, 2)];
            return new Trial(x => PatchSums(x[0], shape, windows), draw.Values(Patches(Tensor.Zeros(shape), windows).Shape, Domain.Any));
        }),
        new("Convolve", "", draw =>
        {
            WindowAxis[] windows = [.. Enumerable.Range(0, draw.Whole(1, 2)).Select(_ => Window(draw))];
            int inputs = draw.Whole(1, 2);
            return new Trial(
                x => Convolve(x[0], x[1], windows), draw.Values([draw.Whole(1, 2), .. Axes(draw, windows), inputs], Domain.Any),
                draw.Values([.. windows.Select(window => window.Width), inputs, draw.Whole(1, 2)], Domain.Any));
        }),
        new("MatMul", "one matrix used thrice", draw =>
        {
            int size = draw.Whole(1, 3);
            return new Trial(
                x => MatMul(Tanh(MatMul(Tanh(MatMul(x[0], x[1])), x[1])), x[1]) + x[1][..1] + MatMul(x[0], x[1], transposeRight: true),
                draw.Values([draw.Whole(1, 3), size], Domain.Any), draw.Values([size, size], Domain.Any));
        }),
    ];

    static int Length(Draw draw) => draw.Whole(0, 19) == 0 ? 0 : draw.Whole(1, 4);

    static WindowAxis Window(Draw draw) => new(draw.Whole(1, 3), draw.Whole(1, 2), draw.Whole(1, 2), draw.Whole(0, 2), draw.Whole(0, 2));

    static int[] Axes(Draw draw, WindowAxis[] windows) =>
        Array.ConvertAll(
        windows, window => Math.Max((window.Width - 1) * window.Dilation + 1 - window.Before - window.After, 0) + draw.Whole(0, 2));

    static Trial Multiplied(Draw draw, int[] rows)
    {
        int inner = Length(draw), columns = Length(draw);
        bool transpose = draw.Flag();
        return new Trial(
            x => MatMul(x[0], x[1], transposeRight: transpose),
            draw.Values([.. rows, inner], Domain.Any), draw.Values(transpose ? [columns, inner] : [inner, columns], Domain.Any));
    }

    static Trial Transposed(Draw draw)
    {
        var (m, n, k) = (Length(draw), Length(draw), Length(draw));
        var (left, right) = (draw.Flag(), draw.Flag());
        return new Trial(
            x => MatMul(x[0], x[1], left, right), draw.Values(left ? [k, m] : [m, k], Domain.Any),
            draw.Values(right ? [n, k] : [k, n], Domain.Any));
    }

    static Trial Batched(Draw draw)
    {
        var batch = draw.Shape(maximumRank: 2).Lengths.ToArray().Select(length => Math.Min(length, 2)).ToArray();
        var (leftBatch, rightBatch) = (draw.BroadcastingTo(Shape.Create(batch)), draw.BroadcastingTo(Shape.Create(batch)));
        var (m, n, k) = (draw.Whole(1, 2), draw.Whole(1, 3), Length(draw));
        var (left, right) = (draw.Flag(), draw.Flag());
        return new Trial(
            x => MatMul(x[0], x[1], left, right),
            draw.Values([.. leftBatch.Lengths, .. left ? [k, m] : new[] { m, k }], Domain.Any),
            draw.Values([.. rightBatch.Lengths, .. right ? [n, k] : new[] { k, n }], Domain.Any));
    }

    static Trial Convolved(Draw draw)
    {
        int width = draw.Whole(1, 3), dilation = draw.Whole(1, 2), stride = draw.Whole(1, 3), inputs = draw.Whole(1, 2);
        int time = (width - 1) * dilation + draw.Whole(1, 3);
        return new Trial(
            x => Convolution(x[0], x[1], stride, dilation),
            draw.Values([time, draw.Whole(1, 2), inputs], Domain.Any), draw.Values([width, inputs, draw.Whole(1, 2)], Domain.Any));
    }
}
