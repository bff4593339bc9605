using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Autograd.CodeFixes;

/// <summary>
/// AG0007: <c>outputs[^1]</c> becomes <c>Sequences.Last(outputs, lengths)</c>, if the lengths are a variable that never changes, or are
/// written down.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class LastFix : RuleFix
{
    /// <summary>Creates the fix.</summary>
    public LastFix() : base("AG0007", "Take the last output of each sequence: Sequences.Last")
    {
    }

    private protected override SyntaxNode? Fix(Find find)
    {
        if (find.Expression is not ElementAccessExpressionSyntax { ArgumentList.Arguments.Count: 1 } access || !find.IsTensor(access)
            || find.Diagnostic.AdditionalLocations.FirstOrDefault()?.SourceSpan is not { } span
            || find.Root.FindNode(span, getInnermostNodeForTie: true) is not ExpressionSyntax lengths || !StaysTheSame(find, lengths))
            return null;
        // Whether the namespace has to be named, the simplifier knows.
        var function = SyntaxFactory.ParseExpression("Autograd.Layers.Sequences.Last").WithAdditionalAnnotations(Simplifier.Annotation);
        var arguments = SyntaxFactory.ParseArgumentList($"({access.Expression.WithoutTrivia()}, {lengths.WithoutTrivia()})");
        var last = SyntaxFactory.InvocationExpression(function, arguments);
        return find.Root.ReplaceNode(access, last.WithTriviaFrom(access));
    }

    static bool StaysTheSame(Find find, ExpressionSyntax lengths)
    {
        if (lengths is CollectionExpressionSyntax collection)
            return collection.Elements.All(element => element is ExpressionElementSyntax { Expression: LiteralExpressionSyntax });
        return lengths is IdentifierNameSyntax name && find.SymbolOf(name) is (ILocalSymbol or IParameterSymbol) and { } variable
            && find.IsVisible(variable) && !find.Uses(find.Root, variable).Any(IsWritten);
    }
}
