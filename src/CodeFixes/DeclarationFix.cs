using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Autograd.CodeFixes;

/// <summary>AG0005: <c>a = new("a", value);</c> in a constructor becomes <c>Parameter(out a, value);</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class DeclarationFix : RuleFix
{
    /// <summary>Creates the fix.</summary>
    public DeclarationFix() : base("AG0005", "Declare the parameter")
    {
    }

    private protected override SyntaxNode? Fix(Find find)
    {
        if (find.Expression is not BaseObjectCreationExpressionSyntax
            {
                Initializer: null, ArgumentList.Arguments: { Count: 2 } arguments, Parent: AssignmentExpressionSyntax
                {
                    Parent: ExpressionStatementSyntax { Parent: BlockSyntax { Parent: ConstructorDeclarationSyntax } },
                } assignment,
            }
            || arguments[0] is not { NameColon: null, Expression: LiteralExpressionSyntax { Token.Value: string name } }
            || arguments[1].NameColon is not null
            || find.SymbolOf(assignment.Left) is not IFieldSymbol { IsStatic: false, Type.Name: "Parameter" } field)
            return null;
        // The name is that of the field, unless another one is given.
        string given = assignment.Left is IdentifierNameSyntax && name == field.Name ? "" : $", {arguments[0].Expression}";
        var call = SyntaxFactory.ParseExpression($"Parameter(out {assignment.Left.WithoutTrivia()}, {arguments[1].Expression}{given})");
        return find.Root.ReplaceNode(assignment, call.WithTriviaFrom(assignment));
    }
}
