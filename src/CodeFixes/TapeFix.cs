using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Autograd.CodeFixes;

/// <summary>AG0001: <c>var tape = new Tape();</c> becomes <c>using var tape = new Tape();</c>, if the variable stays what it is.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class TapeFix : RuleFix
{
    /// <summary>Creates the fix.</summary>
    public TapeFix() : base("AG0001", "Dispose the tape at the end of the block: using")
    {
    }

    private protected override SyntaxNode? Fix(Find find)
    {
        if (find.Expression.Parent is not EqualsValueClauseSyntax
            {
                Parent: VariableDeclaratorSyntax
                {
                    Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax statement },
                } declarator,
            }
            || statement.Parent is not (BlockSyntax or GlobalStatementSyntax))
            return null;
        var scope = statement.Parent is GlobalStatementSyntax ? find.Root : statement.Parent;
        bool isWritten = scope.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Any(name => name.Identifier.Text == declarator.Identifier.Text && IsWritten(name));
        if (isWritten) return null;
        var word = SyntaxFactory.Token(
            statement.GetLeadingTrivia(), SyntaxKind.UsingKeyword, SyntaxFactory.TriviaList(SyntaxFactory.Space));
        return find.Root.ReplaceNode(statement, statement.WithoutLeadingTrivia().WithUsingKeyword(word));
    }
}
