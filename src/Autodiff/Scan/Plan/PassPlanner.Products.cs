namespace Autograd.Scan;

internal sealed partial class PassPlanner
{
    sealed record Term(int Level, ProductSum Sum, Place Left, List<(Place Left, StepValue Product)> Parts);

    readonly List<Term> terms = [];

    // Products whose left operands lie side by side are one product.
    void BuildProducts(ProductSum sum)
    {
        var found = sum.Products
            .Select(product => (Level: values.TermLevel(sum, product), Left: Request(forms.Actual(product.Operands[0])), Product: product))
            .OrderBy(term => term.Level == 0 ? 0 : 1).ThenBy(term => term.Left.Buffer.Number).ThenBy(term => term.Left.Column).ToList();
        foreach (var (level, left, product) in found)
        {
            if (terms.Count > 0 && terms[^1] is var last && last.Sum == sum && level > 0 == last.Level > 0
                && Follows(last.Parts[^1].Left, left))
            {
                last.Parts.Add((left, product));
                terms[^1] = last with
                {
                    Level = Math.Max(last.Level, level),
                    Left = last.Left with { Width = left.Column + left.Width - last.Left.Column }
                };
            }
            else
            {
                terms.Add(new Term(level, sum, left, [(left, product)]));
            }
        }
    }

    bool Follows(Place first, Place second) =>
        first.Buffer == second.Buffer && first.Later == second.Later && first.Column + FilledWidth(first) == second.Column;

    int FilledWidth(Place place) => place.IsTight ? place.Width : memory.Padded(place.Width);

    // Equal left operands of sums that lie side by side: one product with the weights side by side.
    void JoinProducts()
    {
        var ordered = terms.OrderBy(term => term.Level).ThenBy(term => term.Sum.Place!.Buffer.Number).ThenBy(term => term.Sum.Place!.Column)
            .ToArray();
        var byLeft = ordered.ToLookup(term => (term.Level, term.Left));
        var begun = values.Sums.Where(sum => sum is { HoldsRoot: true, Rest.Length: > 0 }).ToHashSet();
        var joined = new HashSet<Term>(ReferenceEqualityComparer.Instance);
        foreach (var first in ordered)
        {
            if (joined.Contains(first)) continue;
            var run = new List<Term>();
            bool accumulates = begun.Contains(first.Sum);
            foreach (var term in byLeft[(first.Level, first.Left)])
                if (!joined.Contains(term)
                    && (run.Count == 0 ? term == first : CanJoin(run[^1], term) && begun.Contains(term.Sum) == accumulates))
                    run.Add(term);
            joined.UnionWith(run);
            begun.UnionWith(run.Select(term => term.Sum));
            AddProduct(run, accumulates);
        }
    }

    bool CanJoin(Term last, Term next) =>
        last.Level == next.Level && last.Left == next.Left && last.Sum != next.Sum && Follows(last.Sum.Place!, next.Sum.Place!);

    void AddProduct(List<Term> run, bool accumulates)
    {
        Place first = run[0].Sum.Place!, end = run[^1].Sum.Place!;
        var parts = new List<WeightPart>();
        foreach (var term in run)
            foreach (var (left, product) in term.Parts)
            {
                var weight = forms.Actual(product.Operands[1]);
                bool transposed = ((MatMulOperation)product.Operation!).TransposesRight;
                parts.Add(new WeightPart(
                    weight.Index, transposed, left.Column - run[0].Left.Column, term.Sum.Place!.Column - first.Column, left.Width,
                    term.Sum.Place!.Width));
            }
        int columns = end.Column - first.Column + FilledWidth(end);
        var weights = memory.AddWeights(run[0].Left.Width, columns, [.. parts]);
        var action = new ProductAction(run[0].Level, run[0].Left, weights, first with { Width = columns }, accumulates);
        if (run[0].Level == 0) stage.Before.Add(action);
        else actions.Add(action);
    }
}
