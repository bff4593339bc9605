using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Autograd.CodeFixes;

/// <summary>
/// AG0003: a variable that the loop changes is copied in front of the statement, and the checkpoint refers to the copy; if nothing but an
/// assignment of the checkpoint's own result changes it in that statement.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class CaptureFix : RuleFix
{
    /// <summary>Creates the fix.</summary>
    public CaptureFix() : base("AG0003", "Refer to a copy of the variable")
    {
    }

    private protected override SyntaxNode? Fix(Find find)
    {
        if (find.Expression is not IdentifierNameSyntax name || find.SymbolOf(name) is not { } variable
            || Function(name) is not { } function || function.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || statement is not (ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax))
            return null;
        var uses = find.Uses(function, variable);
        var others = find.Uses(statement, variable).Except(uses);
        if (uses.Any(IsWritten) || others.Any(use => IsWritten(use) && !IsGivenTheResult(use, statement))) return null;
        string copy = CopyOf(variable.Name, find.Root);
        var changed = statement.ReplaceNodes(uses, (use, _) => SyntaxFactory.IdentifierName(copy).WithTriviaFrom(use));
        var declared = SyntaxFactory.ParseStatement($"var {copy} = {variable.Name};").WithLeadingTrivia(statement.GetLeadingTrivia())
            .WithTrailingTrivia(SyntaxFactory.ElasticMarker).WithAdditionalAnnotations(Formatter.Annotation);
        changed = changed.WithLeadingTrivia(SyntaxFactory.ElasticMarker).WithAdditionalAnnotations(Formatter.Annotation);
        return statement.Parent is BlockSyntax or SwitchSectionSyntax
            ? find.Root.ReplaceNode(statement, new[] { declared, changed })
            : find.Root.ReplaceNode(statement, SyntaxFactory.Block(declared, changed).WithAdditionalAnnotations(Formatter.Annotation));
    }

    // The function that is given to Checkpoint.Run.
    static AnonymousFunctionExpressionSyntax? Function(IdentifierNameSyntax name) =>
        name.Ancestors().OfType<AnonymousFunctionExpressionSyntax>().FirstOrDefault(function => function.Parent is ArgumentSyntax
        {
            Parent.Parent: InvocationExpressionSyntax { Expression: var called },
        } && called is MemberAccessExpressionSyntax { Name.Identifier.Text: "Run" } or IdentifierNameSyntax { Identifier.Text: "Run" });

    static bool IsGivenTheResult(IdentifierNameSyntax use, StatementSyntax statement) =>
        statement is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment } && assignment.Left == use;

    static string CopyOf(string name, SyntaxNode root)
    {
        var taken = root.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.Text)
            .ToImmutableHashSet();
        string copy = $"{name}Now";
        for (int i = 2; taken.Contains(copy); i++) copy = $"{name}Now{i}";
        return copy;
    }
}
