namespace Autograd.Scan;

sealed partial class PassPlanner
{
    /// <summary>Products of one sum that are formed at once.</summary>
    /// <param name="Level">When.</param>
    /// <param name="Sum">The sum.</param>
    /// <param name="Parts">The products with their left operands.</param>
    sealed record Term(int Level, ProductSum Sum, List<Factors> Parts)
    {
        public BufferSlice First => Parts[0].Left;

        /// <summary>Where the left operands lie side by side; of rows that are taken apart each for itself.</summary>
        public BufferSlice[] Lefts => field ??= Sum.RowsInRow > 1
            ? [.. Parts.Select(part => part.Left)]
            : [First with { Width = Parts[^1].Left.Column + Parts[^1].Left.Width - First.Column }];
    }

    /// <summary>A product with its left operand.</summary>
    sealed record Factors(BufferSlice Left, StepValue Product);

    readonly List<Term> terms = [];

    // Products whose left operands lie side by side are one product; those of rows that are taken apart are brought together anyway.
    void BuildProducts(ProductSum sum)
    {
        var found = sum.Products.Select(product => new { Product = product, Level = values.TermLevel(sum, product) })
            .Select(term => new { term.Level, Factors = new Factors(LeftOf(term.Product, sum, term.Level), term.Product) })
            .OrderBy(term => term.Level == 0 ? 0 : 1).ThenBy(term => term.Factors.Left.Buffer.Number)
            .ThenBy(term => term.Factors.Left.Column);
        foreach (var term in found.ToList())
        {
            var (level, factors) = (term.Level, term.Factors);
            if (terms.Count > 0 && terms[^1] is var last && last.Sum == sum && level > 0 == last.Level > 0
                && (sum.RowsInRow > 1 || Follows(last.Parts[^1].Left, factors.Left)))
            {
                last.Parts.Add(factors);
                terms[^1] = last with { Level = Math.Max(last.Level, level) };
            }
            else
            {
                terms.Add(new Term(level, sum, [factors]));
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
        var byLeft = ordered.ToLookup(term => new { term.Level, term.First });
        var begun = values.Sums.Where(sum => sum is { HoldsRoot: true, Rest.Length: > 0 }).ToHashSet();
        var joined = new HashSet<Term>(ReferenceEqualityComparer.Instance);
        foreach (var first in ordered)
        {
            if (joined.Contains(first)) continue;
            var run = new List<Term>();
            var sums = new HashSet<ProductSum>();
            bool accumulates = begun.Contains(first.Sum);
            foreach (var term in byLeft[new { first.Level, first.First }])
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
                bool transposed = ((OperationForm.MatrixProduct)part.Product.Form!).TransposesRight;
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
