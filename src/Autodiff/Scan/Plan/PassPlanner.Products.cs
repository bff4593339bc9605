namespace Autograd.Scan;

sealed partial class PassPlanner
{
    /// <summary>Products of one sum that are formed at once.</summary>
    /// <param name="Level">When.</param>
    /// <param name="Sum">The sum.</param>
    /// <param name="Parts">The products with their left operands.</param>
    sealed record Term(int Level, ProductSum Sum, List<(BufferSlice Left, StepValue Product)> Parts)
    {
        public BufferSlice First => Parts[0].Left;

        /// <summary>Where the left operands lie side by side; of rows that are taken apart each for itself.</summary>
        public BufferSlice[] Lefts => field ??= Sum.RowsInRow > 1
            ? [.. Parts.Select(part => part.Left)]
            : [First with { Width = Parts[^1].Left.Column + Parts[^1].Left.Width - First.Column }];
    }

    readonly List<Term> terms = [];

    // Products whose left operands lie side by side are one product; those of rows that are taken apart are brought together anyway.
    void BuildProducts(ProductSum sum)
    {
        var found = sum.Products.Select(product => (Level: values.TermLevel(sum, product), Product: product))
            .Select(term => (term.Level, Left: LeftOf(term.Product, sum, term.Level), term.Product))
            .OrderBy(term => term.Level == 0 ? 0 : 1).ThenBy(term => term.Left.Buffer.Number).ThenBy(term => term.Left.Column).ToList();
        foreach (var (level, left, product) in found)
        {
            if (terms.Count > 0 && terms[^1] is var last && last.Sum == sum && level > 0 == last.Level > 0
                && (sum.RowsInRow > 1 || Follows(last.Parts[^1].Left, left)))
            {
                last.Parts.Add((left, product));
                terms[^1] = last with { Level = Math.Max(last.Level, level) };
            }
            else
            {
                terms.Add(new Term(level, sum, [(left, product)]));
            }
        }
    }

    BufferSlice LeftOf(StepValue product, ProductSum sum, int level)
    {
        var slice = Demand(forms.Actual(product.Operands[0]));
        return sum.RowsInRow > 1 ? WithoutGaps(slice, level) : slice;
    }

    bool Follows(BufferSlice first, BufferSlice second) =>
        first.Buffer == second.Buffer && first.Later == second.Later && first.Column + FilledWidth(first) == second.Column;

    int FilledWidth(BufferSlice slice) => slice.IsTight ? slice.Width : memory.Padded(slice.Width);

    // Equal left operands of sums that lie side by side: one product with the weights side by side.
    void JoinProducts()
    {
        var ordered = terms.OrderBy(term => term.Level).ThenBy(term => term.Sum.Slice!.Buffer.Number).ThenBy(term => term.Sum.Slice!.Column)
            .ToArray();
        var byLeft = ordered.ToLookup(term => (term.Level, term.First));
        var begun = values.Sums.Where(sum => sum is { HoldsRoot: true, Rest.Length: > 0 }).ToHashSet();
        var joined = new HashSet<Term>(ReferenceEqualityComparer.Instance);
        foreach (var first in ordered)
        {
            if (joined.Contains(first)) continue;
            var run = new List<Term>();
            var sums = new HashSet<ProductSum>();
            bool accumulates = begun.Contains(first.Sum);
            foreach (var term in byLeft[(first.Level, first.First)])
                if (!joined.Contains(term) && begun.Contains(term.Sum) == accumulates
                    && (run.Count == 0 ? term == first : CanJoin(run[^1], term)) && sums.Add(term.Sum))
                    run.Add(term);
            joined.UnionWith(run);
            begun.UnionWith(sums);
            AddProduct(run, accumulates);
        }
    }

    bool CanJoin(Term last, Term next) =>
        last.Level == next.Level && last.Sum.RowsInRow == next.Sum.RowsInRow && last.Lefts.SequenceEqual(next.Lefts)
        && (next.Sum.RowsInRow > 1 || Follows(last.Sum.Slice!, next.Sum.Slice!));

    BufferSlice[] ResultsOf(List<Term> run)
    {
        if (run[0].Sum.RowsInRow > 1) return [.. run.Select(term => term.Sum.Slice!)];
        BufferSlice first = run[0].Sum.Slice!, end = run[^1].Sum.Slice!;
        return [first with { Width = end.Column - first.Column + FilledWidth(end) }];
    }

    void AddProduct(List<Term> run, bool accumulates)
    {
        int rowsInRow = run[0].Sum.RowsInRow;
        BufferSlice[] lefts = run[0].Lefts, results = ResultsOf(run);
        var parts = new List<WeightPart>();
        int result = 0;
        foreach (var term in run)
        {
            int left = 0, width = term.Sum.Slice!.Width / rowsInRow;
            if (rowsInRow == 1) result = term.Sum.Slice.Column - results[0].Column;
            foreach (var part in term.Parts)
            {
                var weight = forms.Actual(part.Product.Operands[1]);
                int depth = part.Left.Width / rowsInRow;
                if (rowsInRow == 1) left = part.Left.Column - lefts[0].Column;
                bool transposed = ((MatMulOperation)part.Product.Operation!).TransposesRight;
                parts.Add(new WeightPart(weight.Index, transposed, left, result, depth, width));
                left += depth;
            }
            result += width;
        }
        var weights = memory.AddWeights(WidthOf(lefts, rowsInRow), WidthOf(results, rowsInRow), [.. parts]);
        var action = new ProductAction(run[0].Level, lefts, weights, results, rowsInRow, accumulates);
        if (run[0].Level == 0) stage.Before.Add(action);
        else actions.Add(action);
    }

    static int WidthOf(BufferSlice[] slices, int rowsInRow) => slices.Sum(slice => slice.Width) / rowsInRow;
}
