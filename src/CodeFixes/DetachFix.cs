using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Autograd.CodeFixes;

/// <summary>AG0006: a copy is kept, <c>(x * w).Detach()</c>. Arrays of tensors are left alone.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class DetachFix : RuleFix
{
    /// <summary>Creates the fix.</summary>
    public DetachFix() : base("AG0006", "Keep a copy: Detach()")
    {
    }

    private protected override SyntaxNode? Fix(Find find)
    {
        var value = find.Expression;
        if (!find.IsTensor(value)) return null;
        bool isPrimary = value is IdentifierNameSyntax or InvocationExpressionSyntax or MemberAccessExpressionSyntax
            or ElementAccessExpressionSyntax or ParenthesizedExpressionSyntax;
        var bare = value.WithoutTrivia();
        var copy = SyntaxFactory.InvocationExpression(SyntaxFactory.MemberAccessExpression(
            SyntaxKind.SimpleMemberAccessExpression,
            isPrimary ? bare : SyntaxFactory.ParenthesizedExpression(bare),
            SyntaxFactory.IdentifierName("Detach")));
        return find.Root.ReplaceNode(value, copy.WithTriviaFrom(value));
    }
}
